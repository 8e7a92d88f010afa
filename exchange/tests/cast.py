"""A county, the people who import into it, and workbooks to import."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile
from python_calamine import CalamineWorkbook

from accounts.models import User
from accounts.normal import id_check_digit
from accounts.roles import Role
from exchange.actions import start_job
from exchange.models import Job
from exchange.run import run
from grids.actions import appoint
from grids.tests.trees import START, person
from households.tests.cast import CELL, NOON, TODAY, Village
from members.tests.cast import FAR_CELL, OTHER_CELL

__all__ = ["CELL", "FAR_CELL", "NOON", "OTHER_CELL", "TODAY"]

HOUSEHOLD_HEADER = ("户编号", "户主", "电话", "地址", "网格代码", "类型", "标签", "纬度", "经度")
RESIDENT_HEADER = ("户编号", "姓名", "与户主关系", "性别", "身份证号", "电话", "人户一致")
MEMBER_HEADER = (
    *("党员编号", "姓名", "性别", "出生年份", "电话", "所在党支部", "网格代码", "类型", "能力", "联户下限", "联户上限"),
    *("入党日期", "免联事由", "免联至"),
)
ORG_HEADER = ("名称", "类型", "上级党组织", "网格代码")


class Office(Village):
    """A county with its officer, the clerk of 甲镇 and the clerk of 乙镇."""

    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        self.officer = self._appointed("县干部", 1, Role.COUNTY_CLERK, "")
        self.clerk_here = self._appointed("甲镇经办", 2, Role.TOWN_CLERK, "甲镇")
        self.other_clerk = self._appointed("乙镇经办", 3, Role.TOWN_CLERK, "乙镇")

    def _appointed(self, name: str, number: int, role: Role, place: str) -> User:
        user = person(name, f"137{self.number:04d}{number:04d}")
        appoint(user=user, role=role, grid=self[place], by=None, on=START)
        return user

    def code(self, path: str = CELL) -> str:
        return self[path].code

    def imported(self, content: bytes, kind: str = Job.Kind.HOUSEHOLDS_IN, by: User | None = None, **more: Any) -> Job:
        """The ended job of importing this workbook."""
        job = self.job(content, kind, by, **more)
        run(job.pk, at=NOON)
        job.refresh_from_db()
        return job

    def job(self, content: bytes, kind: str = Job.Kind.HOUSEHOLDS_IN, by: User | None = None, **more: Any) -> Job:
        file = ContentFile(content, "名单.xlsx")
        return start_job(kind=kind, file=file, county=self[""], by=by or self.officer, at=NOON, **more)

    def household_row(self, number: str, head: str = "李水根", **more: Any) -> list[Any]:
        cells = {"户编号": number, "户主": head, "网格代码": self.code(), **more}
        return [cells.get(name, "") for name in HOUSEHOLD_HEADER]

    def member_row(self, number: str, name: str = "黄立荣", **more: Any) -> list[Any]:
        cells = {"党员编号": number, "姓名": name, "网格代码": self.code(), "所在党支部": self.branch.name, **more}
        return [cells.get(header, "") for header in MEMBER_HEADER]


def resident_row(number: str, name: str, **more: Any) -> list[Any]:
    cells = {"户编号": number, "姓名": name, "与户主关系": "配偶", **more}
    return [cells.get(header, "") for header in RESIDENT_HEADER]


def household_book(households: Iterable[Sequence[Any]], residents: Iterable[Sequence[Any]] | None = None) -> bytes:
    sheets = {"住户": [HOUSEHOLD_HEADER, *households]}
    if residents is not None:
        sheets["家庭成员"] = [RESIDENT_HEADER, *residents]
    return book(sheets)


def member_book(members: Iterable[Sequence[Any]], orgs: Iterable[Sequence[Any]] | None = None) -> bytes:
    sheets = {"党员": [MEMBER_HEADER, *members]}
    if orgs is not None:
        sheets["党组织"] = [ORG_HEADER, *orgs]
    return book(sheets)


def book(sheets: dict[str, list[Sequence[Any]]]) -> bytes:
    """A workbook: text as text, numbers as numbers, days as days; "=…" in a one-tuple is a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        as_day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    _put(page, row, column, cell, as_day)
    return buffer.getvalue()


def _put(page: Any, row: int, column: int, cell: Any, as_day: Any) -> None:
    if isinstance(cell, tuple):
        page.write_formula(row, column, cell[0], None, *cell[1:])
    elif isinstance(cell, date | datetime):
        page.write_datetime(row, column, cell, as_day)
    elif isinstance(cell, str):
        page.write_string(row, column, cell)
    else:
        page.write(row, column, cell)


def id_number(order: int = 1, birth: str = "19800101") -> str:
    """A valid ID number of an unassigned area code; an odd order is a man."""
    first17 = f"990101{birth}{order:03d}"
    return first17 + id_check_digit(first17)


def result_rows(job: Job, sheet: str) -> list[list[Any]]:
    """The error workbook's rows."""
    with job.result.open("rb") as file:
        return list(CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet).iter_rows())


def reasons(job: Job, sheet: str = "住户") -> dict[int, str]:
    """Row number → 错误原因 of the error workbook."""
    header, *rows = result_rows(job, sheet)
    column = header.index("错误原因")
    return {number: row[column] for number, row in enumerate(rows, 2) if row[column]}


def done(job: Job, created: int = 0, updated: int = 0) -> Job:
    """The job, which must have written just so many rows and found no fault."""
    assert (job.state, job.created, job.updated, job.faults) == (Job.State.DONE, created, updated, 0), job.message
    return job
