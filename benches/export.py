#!/usr/bin/env python3
"""A dataset of a million prompts written as JSON Lines and as Parquet, beside DuckDB's COPY of the same rows.

    python3 benches/export.py [--rows 1112000] [--rounds 5]

The dataset is all that the file brings, recorded; DuckDB has its rows in a table in the same order.
"""
import subprocess

import common


def main():
    args = common.arguments(__doc__, rows=1_112_000)
    catalog, table = common.copy_of(common.catalog_of(args.work, args.rows)), args.work / "export.duckdb"
    ours, theirs = args.work / "export-ours", args.work / "export-theirs"
    catalog_does = lambda *words: [str(word) for word in (common.CATALOG, "--db", catalog, "--quiet", "dataset", *words)]
    subprocess.run(catalog_does("record", "all", common.rows(args.work, args.rows)), check=True, stdout=subprocess.DEVNULL)
    export = lambda kind: catalog_does("export", "all", "--format", kind, "--output", ours, "--force")
    subprocess.run(export("jsonl"), check=True)
    common.remove(table)
    subprocess.run(common.peer(args.work, "load_duckdb", ours, table), check=True)
    for kind in ("jsonl", "parquet"):
        contestants = {f"catalog, {kind}": export(kind), f"duckdb, {kind}": common.peer(args.work, "export_duckdb", table, theirs, kind)}
        common.compare(contestants, args.rounds)
        print(f"{ours.stat().st_size / 1e6:,.0f} and {theirs.stat().st_size / 1e6:,.0f} MB\n")
    for path in (catalog, table, ours, theirs):
        common.remove(path)


main()
