#!/usr/bin/env python3
"""What a large catalog costs: rows a second and memory of an import of ten million rows beside one of a million, and of
new rows into a catalog of ten million beside one of a hundred thousand.

    python3 benches/growth.py [--small 1000000] [--large 10000000] [--base 100000] [--new 10000] [--rounds 5]

The large import runs once.
"""
import common


def main():
    args = common.arguments(__doc__, small=1_000_000, large=10_000_000, base=100_000, new=10_000)
    imports = {}
    for rows, rounds in ((args.small, args.rounds), (args.large, 1)):
        source, target = common.rows(args.work, rows), args.work / f"{rows}.db"

        def fresh():
            common.remove(target)
            return [common.CATALOG, "--db", target, "import", "--quiet", source]
        imports[rows] = common.compare({f"import {rows:,}": fresh}, rounds)[f"import {rows:,}"]
    small, large = imports.values()
    rate = lambda rows: f"{rows / imports[rows].wall:,.0f} by the clock and {rows / imports[rows].cpu:,.0f} by the processor"
    print(f"rows a second: {rate(args.small)}, then {rate(args.large)}")
    print(f"of the small import's rate: {small.wall / args.small * args.large / large.wall:.2f} by the clock, "
          f"{small.cpu / args.small * args.large / large.cpu:.2f} by the processor\n")

    def into(catalog):
        seeds = iter(range(2, 2 + args.rounds))
        return lambda: [common.CATALOG, "--db", catalog, "import", "--quiet", common.rows(args.work, args.new, next(seeds))]
    base = common.copy_of(common.catalog_of(args.work, args.base))
    full = args.work / f"{args.large}.db"
    common.compare({f"{args.new:,} into {args.base:,}": into(base), f"{args.new:,} into {args.large:,}": into(full)}, args.rounds)
    common.remove(base)


main()
