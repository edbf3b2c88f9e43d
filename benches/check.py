#!/usr/bin/env python3
"""`catalog check` beside a loop that reads and hashes the text of every prompt, and nothing else.

    python3 benches/check.py [--rows 1000000] [--rounds 5]
"""
import common


def main():
    args = common.arguments(__doc__, rows=1_000_000)
    catalog = common.catalog_of(args.work, args.rows)
    common.compare({"hashing": common.native("hash", catalog), "catalog check": [common.CATALOG, "--db", catalog, "check"]}, args.rounds)


main()
