#!/usr/bin/env python3
"""`catalog --version`, and `catalog show` of one prompt, beside the `sqlite3` command line looking up the same one.

    python3 benches/startup.py [--rows 1000000] [--rounds 50]
"""
import sqlite3

import common


def main():
    args = common.arguments(__doc__, rows=1_000_000)
    catalog = common.catalog_of(args.work, args.rows)
    db = sqlite3.connect(catalog)
    (hash,) = db.execute("SELECT lower(hex(hash)) FROM prompt WHERE id = ?", [args.rows // 2]).fetchone()
    db.close()
    look_up = f"SELECT text FROM prompt WHERE hash = x'{hash}'"
    common.compare({
        "sqlite3": ["sqlite3", catalog, look_up],
        "catalog --version": [common.CATALOG, "--version"],
        "catalog show": [common.CATALOG, "--db", catalog, "show", hash],
    }, args.rounds * 10)


main()
