#!/usr/bin/env python3
"""Asking a teacher that answers at once: `catalog distill` beside Python's `openai` client with asyncio, in one run.

    python3 benches/distill.py [--prompts 5000] [--concurrency 64] [--rounds 5]

Both ask the same server the same prompts with as many requests open, in turns. Of catalog all is counted, from its start
to its end, with every request and every answer in the catalog before it counts. Of Python only the asking is: it keeps
nothing, and its start and imports are left out. `openai` comes from PyPI into a virtual environment that this makes.
Prints the medians of wall time and CPU time (user and system) a request.
"""
import argparse, asyncio, json, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time, venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOG = ROOT / "target/release/catalog"


def with_openai(url, path, concurrency):
    from openai import AsyncOpenAI
    prompts = [json.loads(line)["prompt"] for line in open(path, encoding="utf-8")]

    async def ask():
        client = AsyncOpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
        queue, answers = iter(prompts), []

        async def worker():
            for prompt in queue:
                messages = [{"role": "user", "content": prompt}]
                reply = await client.chat.completions.create(model="at-once", max_tokens=4096, messages=messages)
                answers.append((reply.choices[0].message.content, reply.usage.prompt_tokens, reply.usage.completion_tokens))
        await asyncio.gather(*(worker() for _ in range(concurrency)))
        assert len(answers) == len(prompts)

    before, begun = time.process_time(), time.perf_counter()
    asyncio.run(ask())
    print(time.perf_counter() - begun, time.process_time() - before)


def with_catalog(url, db, concurrency, count):
    command = [CATALOG, "--db", db, "distill", "d", "--provider", "openai-compatible", "--base-url", url, "--model", "at-once",
               "--price-in", "0", "--price-out", "0", "--concurrency", str(concurrency), "--json", "--quiet"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert told["answered"] == count, told
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--prompts", type=int, default=5_000), ap.add_argument("--concurrency", type=int, default=64)
    ap.add_argument("--rounds", type=int, default=5), ap.add_argument("--openai", nargs=2, help=argparse.SUPPRESS)
    args = ap.parse_args()
    if args.openai:
        return with_openai(*args.openai, args.concurrency)
    subprocess.run(["cargo", "build", "--release", "--quiet", "--locked"], check=True, cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(f"{folder}/venv", with_pip=True)
        python = f"{folder}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "openai"], check=True)
        prompts = f"{folder}/d.jsonl"
        with open(prompts, "w", encoding="utf-8") as out:
            for number in range(args.prompts):
                text = f"Task {number}: write a function that keeps the last {number % 97} lines of a log. " + "It is read often. " * 20
                out.write(json.dumps({"prompt": text.strip(), "category": "algorithm", "language": "python"}) + "\n")
        subprocess.run([CATALOG, "--db", f"{folder}/whole.db", "--quiet", "dataset", "record", "d", prompts], check=True,
                       stdout=subprocess.DEVNULL)
        server = subprocess.Popen(["cargo", "bench", "--quiet", "--locked", "--bench", "teacher"], cwd=ROOT, text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        figures = {"catalog": [], "openai": []}
        try:
            url = server.stdout.readline().strip()
            for number in range(args.rounds):
                db = f"{folder}/{number}.db"
                shutil.copy(f"{folder}/whole.db", db)
                figures["catalog"].append(with_catalog(url, db, args.concurrency, args.prompts))
                theirs = [python, __file__, "--concurrency", str(args.concurrency), "--openai", url, prompts]
                out = subprocess.run(theirs, check=True, capture_output=True, text=True).stdout
                figures["openai"].append(tuple(map(float, out.split())))
        finally:
            server.stdin.close()
            server.wait()
    median = {who: [statistics.median(column) / args.prompts * 1e3 for column in zip(*rows)] for who, rows in figures.items()}
    for who, (wall, cpu) in median.items():
        print(f"{who:8} {wall:7.3f} ms wall {cpu:7.3f} ms CPU a request")
    print("openai / catalog: %.1f wall, %.1f CPU" % tuple(p / c for p, c in zip(median["openai"], median["catalog"])))


main()
