#!/usr/bin/env python3
"""Import of JSON Lines into a new catalog, beside DuckDB, Polars and Python's sqlite3 with hashlib, and beside the limit:
a loop that parses, normalises, hashes and inserts (hash, text), and nothing else. And the same file once more, all known.

    python3 benches/import.py [--rows 1000000] [--rounds 5] [--file ROWS.jsonl] [--without python,polars]

`catalog` keeps origins, labels, strata and counts beside that; DuckDB and Polars keep the labels; Polars neither hashes
nor stores in a database.
"""
import common


def main():
    args = common.arguments(__doc__, {"file": None, "without": ""}, rows=1_000_000)
    source = args.file or common.rows(args.work, args.rows)

    def fresh(name, command, *arguments):
        target = args.work / f"import-{name}"

        def made():
            common.remove(target)
            return [part if part is not None else target for part in command(*arguments)]
        return made

    catalog = lambda: [common.CATALOG, "--db", None, "import", "--quiet", source]
    peer = lambda what: common.peer(args.work, what, source, None)
    contestants = {"catalog": fresh("catalog", catalog)}
    contestants["catalog again"] = [part or args.work / "import-catalog" for part in catalog()]
    contestants["limit"] = fresh("limit", common.native, "import", source, None)
    for name in ("duckdb", "polars", "python"):
        contestants[name] = fresh(name, peer, f"import_{name}")
    for name in filter(None, args.without.split(",")):
        del contestants[name]
    common.compare(contestants, args.rounds)
    for name in contestants:
        common.remove(args.work / f"import-{name}")


main()
