#!/usr/bin/env bash
# Installs the LiteLLM proxy into FOLDER, starts it on this machine, and writes its address to FOLDER/url when it answers.
#
#     tests/servers/litellm.sh FOLDER
#
# It runs until it is ended. Nothing is kept outside of FOLDER. uv takes a tenth of the processor's time that pip takes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
wanted='litellm[proxy]==1.108.7'

python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
"$python" -m pip install --quiet uv
"$folder/venv/bin/uv" pip install --quiet --python "$python" "$wanted" || "$python" -m pip install --quiet "$wanted"

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Whatever it would ask of the network goes to a port where nobody listens.
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=
export HOME="$folder" LITELLM_LOCAL_MODEL_COST_MAP=True LITELLM_TELEMETRY=False
"$folder/venv/bin/litellm" --config "$here/litellm.yaml" --host 127.0.0.1 --port "$port" &
proxy=$!
trap 'kill "$proxy" 2> /dev/null || true' EXIT
url="http://127.0.0.1:$port"
alive="import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('$url/health/liveliness', timeout=5)"
until "$python" -c "$alive" 2> /dev/null; do
    kill -0 "$proxy"
    sleep 1
done
echo "$url" > "$folder/url.part"
mv "$folder/url.part" "$folder/url"
wait "$proxy"
