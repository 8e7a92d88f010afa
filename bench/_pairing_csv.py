"""From files to files, as a county would run it: branch by branch, standard library only.

    python -m bench._pairing_csv FOLDER

reads homes.csv, members.csv and ties.csv, writes pairs.csv (household, member, sentence), and prints CPU seconds and
peak memory as JSON.
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time

from households.matching import Helper, Home, Problem, Tie, explain, sentence, solve

Row = list[str]


def peak_mb() -> float:
    """Of this process alone; the usual `ru_maxrss` counts what its parent held when it started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def write(problem: Problem, folder: Path) -> None:
    """Only what branches need: no tiers."""
    units = {home.key: home.unit for home in problem.homes}
    _write(folder / "homes.csv", ([*home[:6], " ".join(sorted(home.needs))] for home in problem.homes))
    _write(
        folder / "members.csv",
        ([*one[:6], " ".join(sorted(one.abilities)), one.least, one.target, one.most] for one in problem.helpers),
    )
    _write(folder / "ties.csv", ([units[tie.home], *map(int, tie)] for tie in problem.ties))


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def pair(folder: Path) -> None:
    homes, members = (_by_unit(folder / f"{name}.csv", 3) for name in ("homes", "members"))
    ties = _by_unit(folder / "ties.csv", 0)
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        for unit, rows in homes.items():
            out.writerows(_branch(*(csv.reader(lines) for lines in (rows, members.get(unit, []), ties.get(unit, [])))))


def _by_unit(path: Path, at: int) -> dict[str, list[str]]:
    """Lines, which take a fifth of the memory of rows; the columns up to `at` are numbers."""
    found: dict[str, list[str]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for line in file:
            found.setdefault(line.split(",", at + 1)[at], []).append(line)
    return found


def _branch(homes: Iterable[Row], members: Iterable[Row], ties: Iterable[Row]) -> Iterator[tuple[int, int, str]]:
    problem = Problem(
        [Home._make([*map(int, row[:6]), frozenset(row[6].split()), frozenset()]) for row in homes],
        [Helper._make([*map(int, row[:6]), frozenset(row[6].split()), *map(int, row[7:]), ""]) for row in members],
        [
            Tie(int(home), int(helper), kin == "1", familiar == "1", int(home_rank), int(helper_rank))
            for _, home, helper, kin, familiar, home_rank, helper_rank in ties
        ],
    )
    solution = solve(problem, engine="stdlib")
    names = {helper.key: f"党员{helper.key}" for helper in problem.helpers}
    for home, helper in solution.pairs.items():
        yield home, helper, sentence(explain(solution, home), names)


if __name__ == "__main__":
    pair(Path(sys.argv[1]))
    print(json.dumps({"cpu": process_time(), "mb": peak_mb()}))
