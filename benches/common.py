"""What the benches share: rows to work on, catalogs of them, peers in a virtual environment, and medians of runs in turn."""
import argparse, functools, itertools, os, pathlib, random, statistics, subprocess, sys, time, venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOG = ROOT / "target/release/catalog"
PEERS = pathlib.Path(__file__).resolve().parent / "peers.py"
PACKAGES = ["duckdb==2.0.1", "polars==2.1.0"]


def arguments(doc, texts={}, **numbers):
    """Reads the command line: texts and numbers by name, each with its default, and what every bench has."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in texts.items():
        parser.add_argument(f"--{name}", default=default)
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default: {default:,}")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command, of which the median counts")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target/bench", help="where files are made and kept")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked"], check=True, cwd=ROOT)
    return args


def vocabulary():
    """Returns made-up words, the commonest first, and their weights, added up, by Zipf's law."""
    rng = random.Random(0)
    syllables = [a + b for a in "b c d f g h k l m n p r s t v st tr pl ch sh".split() for b in "a e i o u ai ou er in on".split()]
    words = list(dict.fromkeys("".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3, 3, 4)))) for _ in range(30_000)))
    return words, list(itertools.accumulate(1 / (n + 2) for n in range(len(words))))


def rows(work, count, seed=1):
    """Returns a file of that many rows of JSON Lines, made once: about 540 bytes each, a tenth of them duplicates but for
    white space at the end, with labels spread as the default targets are. The same count and seed, the same bytes."""
    path = work / f"{count}-{seed}.jsonl"
    if path.exists():
        return path
    rng = random.Random(seed)
    words, zipf = vocabulary()
    some = lambda low, high: rng.choices(words, cum_weights=zipf, k=rng.randrange(low, high))
    # Words are dear to draw, so rows are put together from parts of a sentence or a line of code.
    prose = [" ".join(some(6, 12)) for _ in range(40_000)]
    code = [f"{' ' * rng.choice((0, 4, 8))}{a}_{b} = {c}({d}, {rng.randrange(999)})" for a, b, c, d in (some(4, 5) for _ in range(40_000))]
    categories = ["function_implementation"] * 5 + ["bug_fix"] * 4 + ["tool_execution"] * 3 + ["test_generation", "multistep_planning"] * 2 + ["documentation", "optimization", "real_world", "explanation"]
    languages = ["python"] * 7 + ["javascript"] * 5 + ["typescript"] * 3 + ["java"] * 2 + ["go", "rust", "cpp"]
    recent, made = [], path.with_suffix(".part")
    with open(made, "w", encoding="ascii", newline="\n") as out:
        for number in range(count):
            if recent and rng.random() < 0.1:
                text = rng.choice(recent) + rng.choice(("", " ", r"\n", r"  \n"))
            else:
                lines = r"\n".join(rng.choices(code, k=rng.randrange(2, 7)))
                text = f"{' '.join(rng.choices(prose, k=2)).capitalize()}.\\n```\\n{lines}\\n```\\n{rng.choice(prose)} {number * 7919 % 100_003:x}?"
                if len(recent) < 50_000:
                    recent.append(text)
                else:
                    recent[rng.randrange(50_000)] = text
            out.write(f'{{"prompt": "{text}", "category": "{rng.choice(categories)}", "language": "{rng.choice(languages)}", "source": "s{number % 7}", "number": {number}}}\n')
    made.rename(path)
    return path


def catalog_of(work, count):
    """Returns a catalog of that many rows, made once."""
    path = work / f"{count}.db"
    if not path.exists():
        part = work / f"{count}.part.db"
        remove(part)
        subprocess.run([CATALOG, "--db", part, "import", "--quiet", rows(work, count)], check=True, stdout=subprocess.DEVNULL)
        part.rename(path)
    return path


def copy_of(path):
    """Returns a copy of a catalog, for a run that writes to it."""
    copy = path.with_suffix(".copy.db")
    remove(copy)
    subprocess.run(["cp", "--reflink=auto", path, copy], check=True)
    # The disk is to be done with the copy before anything on it is timed.
    os.sync()
    return copy


def remove(path):
    """Takes away a database or another file, if it is there, with what stands beside it."""
    for ending in ("", "-wal", "-shm", ".wal"):
        pathlib.Path(f"{path}{ending}").unlink(missing_ok=True)


def peer(work, *arguments):
    """Returns the command of a peer, in a virtual environment that is made once."""
    folder = work / "venv"
    python = folder / "bin/python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return [python, PEERS, *arguments]


@functools.cache
def limit():
    """Returns the program of loops that do the least that must be done."""
    out = subprocess.run(["cargo", "bench", "--no-run", "--locked", "--bench", "limit", "--message-format", "short"],
                         check=True, cwd=ROOT, capture_output=True, text=True)
    return ROOT / out.stderr.rsplit("(", 1)[1].split(")")[0]


def native(*arguments):
    """Returns the command of one of these loops."""
    return [limit(), *arguments]


class Figures:
    """What a command took: seconds by the clock, seconds of processor (user and system), and its peak memory in MB."""

    def __init__(self, runs):
        self.wall, self.cpu, self.peak = (statistics.median(column) for column in zip(*runs))


def run(command):
    """Runs a command once, and returns its figures."""
    begun = time.perf_counter()
    child = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def compare(contestants, rounds):
    """Runs commands in turn, since a shared machine is not always as fast, and prints the medians and their ratios to the
    first one's. A command is given, or a function that returns one and is not timed."""
    runs = {name: [] for name in contestants}
    for number in range(rounds):
        for name in contestants:
            command = contestants[name]
            runs[name].append(run(command() if callable(command) else command))
    figures = {name: Figures(of) for name, of in runs.items()}
    first = next(iter(figures.values()))
    width = max(map(len, figures)) + 2
    print(f"{'':{width}}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'wall ÷':>9}{'CPU ÷':>9}")
    for name, f in figures.items():
        ratios = "" if f is first else f"{f.wall / first.wall:9.2f}{f.cpu / first.cpu:9.2f}"
        print(f"{name:{width}}{f.wall:9.3f}{f.cpu:9.3f}{f.peak:9.0f}{ratios}", flush=True)
    return figures
