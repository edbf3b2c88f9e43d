#!/usr/bin/env python3
"""A sample of 1,000 with the default targets, and the report on coverage: the whole process, on a small and on a large
catalog; and once more after 200 samples.

    python3 benches/sample.py [--small 10000] [--large 10000000] [--count 1000] [--samples 200] [--rounds 5]
"""
import subprocess

import common


def main():
    args = common.arguments(__doc__, small=10_000, large=10_000_000, count=1_000, samples=200)
    small, large = common.catalog_of(args.work, args.small), common.copy_of(common.catalog_of(args.work, args.large))
    output = args.work / "sample.jsonl"
    seeds = iter(range(1, 1_000_000))
    sample = lambda catalog: [common.CATALOG, "--db", catalog, "sample", "--count", args.count, "--quiet",
                              "--seed", next(seeds), "--output", output, "--force"]
    # A small catalog soon runs out: every sample has its own.
    contestants = {f"sample of {args.small:,}": lambda: sample(common.copy_of(small)), f"sample of {args.large:,}": lambda: sample(large)}
    report = lambda catalog: [common.CATALOG, "--db", catalog, "report", "coverage"]
    common.compare(contestants, args.rounds)
    for _ in range(args.samples):
        subprocess.run(list(map(str, sample(large))), check=True, stdout=subprocess.DEVNULL)
    print(f"\nafter {args.samples} samples")
    common.compare(contestants, args.rounds)
    print()
    common.compare({f"coverage of {args.small:,}": report(small), f"coverage of {args.large:,}": report(large)}, args.rounds)
    for path in (output, large, small.with_suffix(".copy.db")):
        common.remove(path)


main()
