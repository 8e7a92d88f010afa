"""A small county to test on, and threads that use the database honestly."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from grids.bulk import NewGrid, bulk_add
from grids.models import Grid, Kind

START = date(2026, 1, 1)
DAY = date(2026, 11, 21)


class County:
    """Towns 甲镇 乙镇 …, each with villages 1村 2村 …, each with cells 一格 二格 …: county["甲镇/1村"]."""

    def __init__(self, number: int = 1, *, towns: int = 2, villages: int = 2, cells: int = 2) -> None:
        self.head = f"99{number:04d}"
        nodes = [NewGrid(f"{self.head}000000", f"试{number}县", Kind.COUNTY)]
        self._codes = {"": nodes[0].code}
        for town in "甲乙丙丁戊己庚辛"[:towns]:
            self._add(nodes, f"{town}镇", "", Kind.TOWN, 100)
            for village in range(1, villages + 1):
                self._add(nodes, f"{town}镇/{village}村", f"{town}镇", Kind.VILLAGE, 201)
                for cell in "一二三四五六七八九"[:cells]:
                    self._add(nodes, f"{town}镇/{village}村/{cell}格", f"{town}镇/{village}村", Kind.CELL, 1)
        self.ids = bulk_add(nodes, on=START)

    def _add(self, nodes: list[NewGrid], path: str, above: str, kind: Kind, first: int) -> None:
        parent = self._codes[above]
        number = first + sum(node.parent_code == parent for node in nodes)
        code = {Kind.TOWN: f"{self.head}{number:03d}000", Kind.VILLAGE: f"{parent[:9]}{number:03d}"}.get(
            kind, f"{parent}{number:03d}"
        )
        self._codes[path] = code
        nodes.append(NewGrid(code, path.rsplit("/", 1)[-1], kind, parent))

    def __getitem__(self, path: str) -> Grid:
        """The grid as it stands now; "" is the county."""
        return Grid.objects.get(pk=self.ids[self._codes[path]])


def person(name: str = "张三", phone: str = "13800000000", **extra: Any) -> User:
    return User.objects.create_user(phone, name, **extra)


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Runs every job in its own thread with its own connection, closed afterwards. Returns what each returned."""

    def closing(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(closing, jobs))
