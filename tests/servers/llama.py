#!/usr/bin/env python3
"""`catalog distill` against llama.cpp's own server, which others wrote, with a model of random weights.

    cargo build && python3 tests/servers/llama.py [--catalog target/debug/catalog]

Installs llama.cpp (as `xllamacpp`, built for this machine) and `gguf` from PyPI into a virtual environment, writes a model
of one layer whose words mean nothing, serves it on this machine, asks it 24 prompts, and looks at answers, tokens, model
and exit code. Nothing is left behind.
"""
import argparse, collections, json, os, pathlib, subprocess, sys, tempfile, venv

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT = 40


def make_model(path):
    import gguf, numpy
    random = numpy.random.default_rng(1)
    words = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % byte for byte in range(256)]
    count, width, heads, inner = len(words), 64, 4, 128
    model = gguf.GGUFWriter(path, "llama")
    model.add_name("random"), model.add_context_length(4096), model.add_embedding_length(width), model.add_block_count(1)
    model.add_feed_forward_length(inner), model.add_head_count(heads), model.add_head_count_kv(heads)
    model.add_layer_norm_rms_eps(1e-5), model.add_rope_dimension_count(width // heads), model.add_vocab_size(count)
    model.add_tokenizer_model("llama"), model.add_token_list(words), model.add_token_scores([0.0] * count)
    model.add_token_types([gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.BYTE] * 256)
    model.add_unk_token_id(0), model.add_bos_token_id(1), model.add_eos_token_id(2)
    model.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: ")
    shapes = {"token_embd": (count, width), "output": (count, width), "blk.0.ffn_down": (width, inner)}
    shapes |= {f"blk.0.attn_{part}": (width, width) for part in ("q", "k", "v", "output")}
    shapes |= {f"blk.0.ffn_{part}": (inner, width) for part in ("gate", "up")}
    for name, shape in shapes.items():
        model.add_tensor(f"{name}.weight", random.normal(0, 0.3, shape).astype(numpy.float32))
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        model.add_tensor(f"{name}.weight", numpy.ones(width, numpy.float32))
    model.write_header_to_file(), model.write_kv_data_to_file(), model.write_tensors_to_file(), model.close()


def serve(path):
    import xllamacpp
    make_model(path)
    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = path, {"random-1"}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.warmup, params.offline, params.cpuparams.n_threads = 8192, 4, False, True, 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)


def catalog(program, folder, *args):
    run = subprocess.run([program, "--db", f"{folder}/c.db", *args], capture_output=True, text=True)
    print(run.stderr, file=sys.stderr, end="")
    return run.returncode, run.stdout


def check(program, folder, url):
    prompts = [{"prompt": f"Explain line {number} of the log.", "language": "python"} for number in range(24)]
    pathlib.Path(f"{folder}/d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in prompts))
    catalog(program, folder, "--quiet", "dataset", "record", "d", f"{folder}/d.jsonl")
    ask = ["--json", "--quiet", "distill", "d", "--provider", "openai-compatible", "--base-url", url, "--model", "random",
           "--max-tokens", str(LIMIT), "--price-in", "1", "--price-out", "2", "--concurrency", "8"]
    code, out = catalog(program, folder, *ask)
    told = json.loads(out)
    assert (code, told["answered"], told["failed"], told["left"]) == (0, 24, 0, 0), (code, told)
    code, out = catalog(program, folder, "--quiet", "dataset", "export", "d", "--with", "responses", "--include", "cut_off")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["prompt"] for row in rows] == [row["prompt"] for row in prompts], rows
    assert all(row["response"] for row in rows), rows
    assert {row["model"] for row in rows} == {"random-1"}, rows[0]
    assert told["cost"] == told["input_tokens"] * 1_000 + told["output_tokens"] * 2_000, told
    assert sum(row["cost_nano_usd"] for row in rows) == told["cost"], told
    assert 24 <= told["output_tokens"] <= 24 * LIMIT, told
    code, out = catalog(program, folder, *ask)
    again = json.loads(out)
    assert (code, again["known"], again["answered"], again["cost"]) == (0, 24, 0, 0), again
    endings = collections.Counter(told["endings"])
    print(f"24 prompts answered by llama.cpp: {dict(endings)}, {told['input_tokens']} tokens in, {told['output_tokens']} out")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--catalog", default=ROOT / "target/debug/catalog", type=pathlib.Path)
    ap.add_argument("--serve", help=argparse.SUPPRESS)
    args = ap.parse_args()
    if args.serve:
        return serve(args.serve)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(f"{folder}/venv", with_pip=True)
        python = f"{folder}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "xllamacpp", "gguf"], check=True)
        with open(f"{folder}/server.log", "w") as log:
            server = subprocess.Popen([python, __file__, "--serve", f"{folder}/random.gguf"], text=True, stderr=log,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            url = server.stdout.readline().strip()
            assert url, pathlib.Path(f"{folder}/server.log").read_text()
            check(args.catalog.resolve(), folder, url)
        finally:
            server.stdin.close()
            server.wait(30)


main()
