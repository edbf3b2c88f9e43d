#!/usr/bin/env python3
"""Rendering of the templates that ship, beside jinja2 on the same texts and values, each on one core, in one run.

    python3 benches/render.py [--count 200000]

jinja2 comes from PyPI into a virtual environment that this makes. Its templates are compiled before the clock starts,
and it is given the values ready chosen by number, as ours chooses them by index.
"""
import argparse, pathlib, re, subprocess, sys, tempfile, time, tomllib, venv

ROOT = pathlib.Path(__file__).resolve().parent.parent


def with_jinja(count):
    import jinja2
    env = jinja2.Environment(autoescape=False, keep_trailing_newline=False)
    templates = []
    for path in sorted((ROOT / "prompts/templates").glob("*/*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        texts = [env.from_string(text.strip("\n")) for text in data["texts"]]
        slots = {k: [v if isinstance(v, str) else v["text"] for v in vs] for k, vs in data.get("slot", {}).items()}
        tables = [[{k: v if isinstance(v, list) else [v] for k, v in row.items()} for row in rows]
                  for rows in data["rows"].values()]
        templates.append((texts, slots, tables))
    begun, total = time.perf_counter(), 0
    for number in range(count):
        texts, slots, tables = templates[number % len(templates)]
        index = number * 0x9E3779B97F4A7C15 % 2**64
        values = {"language": "Python", "fence": "python"}
        for name, choices in slots.items():
            index, digit = divmod(index, len(choices))
            values[name] = choices[digit]
        for rows in tables:
            index, digit = divmod(index, len(rows))
            for name, choices in rows[digit].items():
                index, digit = divmod(index, len(choices))
                values[name] = choices[digit]
        total += len(texts[index % len(texts)].render(values))
    return count / (time.perf_counter() - begun)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--count", type=int, default=200_000), ap.add_argument("--jinja", action="store_true", help=argparse.SUPPRESS)
    args = ap.parse_args()
    if args.jinja:
        return print(with_jinja(args.count))
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "jinja2"], check=True)
        theirs = float(subprocess.run([python, __file__, "--jinja", "--count", str(args.count // 4)],
                                      check=True, capture_output=True, text=True).stdout)
        out = subprocess.run(["cargo", "bench", "--quiet", "--bench", "render", "--", str(args.count)], check=True,
                             capture_output=True, text=True, cwd=ROOT).stdout
        ours = float(re.search(r"([\d.]+) prompts a second", out)[1])
        print(f"catalog {ours:12,.0f} prompts a second\njinja2  {theirs:12,.0f} prompts a second\nratio   {ours / theirs:12.1f}")


main()
