#!/usr/bin/env python3
"""The first 20 prompts with two common words, in a small and in a large catalog, and what it takes to build the index.

    python3 benches/search.py [--small 10000] [--large 1000000] [--rounds 5]
"""
import common


def main():
    args = common.arguments(__doc__, small=10_000, large=1_000_000)
    small, large = common.catalog_of(args.work, args.small), common.catalog_of(args.work, args.large)
    first, second = common.vocabulary()[0][2:4]
    search = lambda catalog: [common.CATALOG, "--db", catalog, "search", "--quiet", first, second]
    target = args.work / "search-import.db"

    def imported():
        common.remove(target)
        return [common.CATALOG, "--db", target, "import", "--quiet", common.rows(args.work, args.large)]
    common.compare({f"import {args.large:,}": imported, "first search, which builds the index": search(target)}, args.rounds)
    print()
    small = common.copy_of(small)
    common.run(search(small))
    common.compare({f"search in {args.small:,}": search(small), f"search in {args.large:,}": search(target)}, args.rounds)
    common.remove(target), common.remove(small)


main()
