#!/usr/bin/env python3
"""Import of JSON Lines against Python's sqlite3 with hashlib, on the same file in the same run.

    cargo build --release && python3 benches/import.py [FILE.jsonl] [--rows 200000] [--rounds 3]

Without a file it makes one: seeded, about 500 bytes a row, a tenth of them duplicates. Prints the medians of wall time
and CPU time (user and system, in seconds), the peak memory, and the ratios. Python does less: it keeps no origins, no
strata and no counts.
"""
import argparse, hashlib, json, os, pathlib, random, resource, sqlite3, statistics, subprocess, sys, tempfile, time

CATALOG = pathlib.Path(__file__).resolve().parent.parent / "target/release/catalog"


def make(path, rows):
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randrange(2, 10))) for _ in range(5000)]
    with open(path, "w", encoding="utf-8") as out:
        texts = []
        for _ in range(rows):
            if texts and rng.random() < 0.1:
                text = rng.choice(texts) + rng.choice(["", " ", "\n"])
            else:
                text = "\n".join(" ".join(rng.choices(words, k=rng.randrange(4, 14))) for _ in range(8))
                texts.append(text)
            row = {"prompt": text, "category": rng.choice(["bug_fix", "algorithm", "explanation"]),
                   "language": rng.choice(["python", "rust", "go", "java"])}
            out.write(json.dumps(row) + "\n")


def with_python(source, target):
    def rows():
        for line in open(source, encoding="utf-8"):
            row = json.loads(line)
            text = "\n".join(part.rstrip(" \t") for part in row["prompt"].split("\n")).strip("\n")
            yield hashlib.sha256(text.encode()).digest(), text, row.get("category"), row.get("language")
    db = sqlite3.connect(target)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE prompt (hash BLOB PRIMARY KEY, text TEXT, category TEXT, language TEXT)")
    db.executemany("INSERT OR IGNORE INTO prompt VALUES (?, ?, ?, ?)", rows())
    db.commit()


def measured(command):
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("file", nargs="?"), ap.add_argument("--rows", type=int, default=200_000)
    ap.add_argument("--rounds", type=int, default=3), ap.add_argument("--python", nargs=2, help=argparse.SUPPRESS)
    args = ap.parse_args()
    if args.python:
        return with_python(*args.python)
    with tempfile.TemporaryDirectory() as folder:
        source = args.file or os.path.join(folder, "rows.jsonl")
        if not args.file:
            make(source, args.rows)
        figures = {"catalog": [], "python": []}
        for n in range(args.rounds):
            figures["catalog"].append(measured([CATALOG, "--db", f"{folder}/c{n}.db", "import", "--quiet", source]))
            figures["python"].append(measured([sys.executable, __file__, "--python", source, f"{folder}/p{n}.db"]))
        median = {who: [statistics.median(column) for column in zip(*rows)] for who, rows in figures.items()}
        for who, (wall, cpu) in median.items():
            print(f"{who:8} {wall:7.2f} s wall {cpu:7.2f} s CPU")
        print("python / catalog: %.2f wall, %.2f CPU" % tuple(p / c for p, c in zip(median["python"], median["catalog"])))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"peak memory of the larger: {peak} MB")


main()
