"""Child process: reads the wanted sheets of one workbook to standard output, under a memory and a time limit.

    python -I reader.py FILE MAIN WANTED…

`WANTED` are the sheet names to read, in this order. MAIN, one of them, stands for the workbook's first sheet when no
sheet bears its name; the others are left out when missing. Output: frames, marshalled, each ("sheet", index of WANTED,
number of rows) or ("rows", list of rows), and at the end ("end",).
A cell is text, number, truth value, or (type, text).

It runs apart from the worker because a malformed workbook may abort the process; it imports nothing of the project.
"""

import marshal
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

MEMORY = 1 << 30
CPU_SECONDS = 120
CHUNK = 2000
PLAIN = (str, float, int, bool)


def main(path: str, leading: str, wanted: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(path)
    for index, name in enumerate(chosen(workbook.sheet_names, leading, wanted)):
        if name is not None:
            sheet = workbook.get_sheet_by_name(name)
            put(("sheet", index, sheet.total_height))
            for rows in chunks(sheet.iter_rows()):
                put(("rows", rows))
    put(("end",))


def chosen(names: list[str], leading: str, wanted: list[str]) -> list[str | None]:
    """The sheet to read for each wanted name, or None."""
    present = {name.strip(): name for name in names}
    found = {name: present.get(name) for name in wanted}
    if found[leading] is None:
        found[leading] = next((name for name in names if name.strip() not in wanted), None)
    return list(found.values())


def chunks(rows: Iterator[Any]) -> Iterator[list[list[object]]]:
    while chunk := [[plain(cell) for cell in row] for row in islice(rows, CHUNK)]:
        yield chunk


def plain(cell: object) -> object:
    """Marshal knows no dates: they become (type, ISO text)."""
    return cell if isinstance(cell, PLAIN) else (type(cell).__name__, str(cell))


def put(frame: Any) -> None:
    """Each frame after its length: read in one go, it costs a fifth of what piecemeal reading does."""
    content = marshal.dumps(frame)
    sys.stdout.buffer.write(len(content).to_bytes(8))
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
