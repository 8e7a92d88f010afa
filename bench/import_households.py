"""Importing households from .xlsx against a bare COPY of the very rows it wrote, in a database made for the purpose.

    python -m bench.import_households [jiangle|heping|zhucheng]

The import runs as in a worker: a process of its own that scans, parses, checks, encrypts, stages and merges. The COPY
gets its rows ready-made, ciphertext and all. Both write the same two tables with all their indexes and foreign keys.
"""

import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

Result = tuple[str, float, str, bool]

HOUSEHOLDS = {"jiangle": 100_000, "heping": 100_000, "zhucheng": 320_000}
ROUNDS = 5
MEGABYTE = 1024
NAMES = ("王李张刘陈杨黄赵吴周廖肖", "小大国建文志秀水", "明华军芳根英生福")
TABLES = ("households_household", "households_householdtag")


def run(scale: str) -> list[Result]:
    """(what, measured, target, met). Creates and drops its own database beside the configured one."""
    count = HOUSEHOLDS[scale]
    with scratch_database(), tempfile.TemporaryDirectory() as folder:
        office = Office()
        good, bad = Path(folder) / "good.xlsx", Path(folder) / "bad.xlsx"
        write_workbook(good, office.codes, count)
        write_workbook(bad, office.codes, count, faulty=count - 1)
        return [*speed(office, good, count), *promises(office, good, bad)]


def speed(office: "Office", workbook: Path, count: int) -> list[Result]:
    """In turns, each import between two COPYs: what else the machine does hits all alike. The median ratio counts."""
    memory = [imported(office, workbook)["memory"]]
    rows = {table: dump(table) for table in TABLES}
    imports, copies = [], [copied(rows)]
    for _ in range(ROUNDS):
        done = imported(office, workbook)
        imports.append(done["seconds"])
        memory.append(done["memory"])
        copies.append(copied(rows))
    around = [(before + after) / 2 for before, after in pairwise(copies)]
    ratio = median(copy / seconds for copy, seconds in zip(around, imports, strict=True))
    print(f"import of {count} households: {median(imports):.1f} s; COPY of the same rows: {median(copies):.1f} s")
    return [
        (f"import of {count} households ÷ COPY of the same rows", ratio, "≥ 0.5", ratio >= 0.5),
        ("peak memory of worker and reader, MB", max(memory), "≤ 450", max(memory) <= 450),
    ]


def imported(office: "Office", workbook: Path) -> dict[str, Any]:
    empty_tables()
    return office.imported(workbook)


def copied(rows: dict[str, io.BytesIO]) -> float:
    empty_tables()
    return timed(lambda: load(rows))


def promises(office: "Office", good: Path, bad: Path) -> list[Result]:
    empty_tables()
    office.imported(bad)
    half = rows_in(TABLES[0])
    office.imported(good)
    again = office.imported(good)
    changed = again["created"] + again["updated"]
    return [
        ("rows written with one bad row among them", half, "0", half == 0),
        ("rows changed by the same file again", changed, "0", changed == 0),
    ]


class Office:
    """A county of 154 villages with 5 cells each, and an officer who imports into it."""

    def __init__(self) -> None:
        from accounts.models import User
        from accounts.roles import Role
        from grids.actions import appoint
        from grids.bulk import NewGrid, bulk_add
        from grids.models import Grid, Kind
        from workdays.now import today

        nodes = [NewGrid("990101000000", "基准县", Kind.COUNTY)]
        for town in range(100, 114):
            nodes.append(NewGrid(f"990101{town}000", f"{town}镇", Kind.TOWN, "990101000000"))
            for village in range(201, 212):
                code = f"990101{town}{village}"
                nodes.append(NewGrid(code, f"{village}村", Kind.VILLAGE, f"990101{town}000"))
                nodes += [NewGrid(f"{code}{cell:03d}", f"{cell}格", Kind.CELL, code) for cell in range(1, 6)]
        ids = bulk_add(nodes, on=today())
        self.codes = [node.code for node in nodes if node.kind == Kind.CELL]
        self.county = Grid.objects.get(pk=ids[nodes[0].code])
        self.officer = User.objects.create_user("13800000000", "干部")
        appoint(user=self.officer, role=Role.COUNTY_CLERK, grid=self.county, on=today(), by=None)

    def imported(self, workbook: Path) -> dict[str, Any]:
        """What the process of its own says about importing this workbook."""
        from django.core.files import File

        from exchange.models import Job
        from workdays.now import now

        job = Job(kind=Job.Kind.HOUSEHOLDS_IN, county=self.county, user=self.officer, created_at=now())
        with workbook.open("rb") as file:
            job.source.save("bench.xlsx", File(file), save=True)
        command = [sys.executable, "-m", "bench.import_households", "--worker", str(job.pk)]
        said = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE).stdout
        done: dict[str, Any] = json.loads(said)
        return done


def work(pk: int) -> None:
    """The process of its own: runs one job and says how it went."""
    from exchange.models import Job
    from exchange.run import run as run_job
    from workdays.now import now

    seconds = timed(lambda: run_job(pk, at=now()))
    job = Job.objects.get(pk=pk)
    if job.state == Job.State.REJECTED:
        job.result.delete(save=False)
        job.source.delete(save=False)
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "memory": memory / MEGABYTE, "created": job.created, "updated": job.updated}))


def write_workbook(path: Path, codes: list[str], count: int, faulty: int | None = None) -> None:
    """Households in the order of their grids; one in five has two tags. The row `faulty` has a wrong phone."""
    import xlsxwriter

    from exchange.household_sheets import HOUSEHOLDS as SHEET

    chance = random.Random(count)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet(SHEET.name)
        page.write_row(0, 0, [column.header for column in SHEET.columns])
        for order in range(count):
            page.write_row(order + 1, 0, household(chance, order, codes[order * len(codes) // count]))
        if faulty is not None:
            page.write_string(faulty + 1, 2, "123")


def household(chance: random.Random, order: int, code: str) -> list[Any]:
    head = (
        chance.choice("王李张刘陈杨黄赵吴周廖肖")
        + chance.choice("小大国建文志秀水")
        + chance.choice("明华军芳根英生福")
    )
    phone = f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09d}"
    address = f"{chance.randrange(1, 15)}组{chance.randrange(1, 200)}号"
    tags = "低保、残疾" if order % 5 == 0 else ""
    where = [round(26.4 + chance.random(), 6), round(117.1 + chance.random(), 6)]
    return [f"H{order:07d}", head, phone, address, code, "家庭户", tags, *where]


def dump(table: str) -> io.BytesIO:
    from django.db import connection

    content = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} TO STDOUT", content)
    return content


def load(rows: dict[str, io.BytesIO]) -> None:
    """The bare COPY, in one transaction as the import's writing is."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in rows.items():
            content.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", content)


def rows_in(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        count: int = cursor.fetchone()[0]
    return count


def empty_tables() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("CHECKPOINT")


def timed(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def scratch_database() -> Iterator[None]:
    """A migrated database of its own on the configured server, dropped at the end."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_import_households"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def environment() -> dict[str, str]:
    from django.db import connection

    place = connection.settings_dict
    address = f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    return {**os.environ, "DATABASE_URL": address}


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    django.setup()
    if arguments[:1] == ["--worker"]:
        work(int(arguments[1]))
        return
    for what, measured, target, met in run(arguments[0] if arguments else "jiangle"):
        print(f"{'ok  ' if met else 'MISS'} {what}: {measured:.2f} (target {target})")


if __name__ == "__main__":
    main(sys.argv[1:])
