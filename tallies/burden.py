"""填报负担: what the forms ask of people at the base, and what is filled in, so that a county drops what nobody needs.

Minutes are fields filled × a standard number of seconds, stated here. Nobody's time at the screen is measured.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, TruncMonth

from issues.models import Category, Channel, Issue, ServiceRequest
from tallies.area import Area
from visits.models import SessionStep, Visit, VisitPhoto, VisitSignature
from workdays.arithmetic import ZONE

CHOICE, DAY, SHORT, LINE, WORDS, PICTURE = 5, 8, 10, 20, 40, 20
"""Standard seconds: to choose, to give a day, a name or number, one line, some sentences, to take a picture."""
SECONDS = (
    ("选一项", CHOICE),
    ("填日期", DAY),
    ("填姓名、电话", SHORT),
    ("写一行", LINE),
    ("写几句话", WORDS),
    ("拍照、签名", PICTURE),
)

Rows = QuerySet[Any]
ALWAYS = Q()


@dataclass(frozen=True)
class Asked:
    """One field of a form: standard seconds, and in which rows it was filled in."""

    name: str
    label: str
    seconds: int
    filled: Q


@dataclass(frozen=True)
class Form:
    """A form by what it leaves behind: one row each time it was filled in."""

    name: str
    label: str
    rows: Callable[[Area], Rows]
    at: str
    fields: tuple[Asked, ...]
    place: str = ""

    @property
    def most(self) -> int:
        """Seconds if every field is filled in."""
        return sum(field.seconds for field in self.fields)


def _words(name: str, label: str, seconds: int) -> Asked:
    """A text, perhaps encrypted: its length is all that is asked."""
    return Asked(name, label, seconds, Q(**{f"{name}_long__gt": 0}))


def _set(name: str, label: str, seconds: int) -> Asked:
    return Asked(name, label, seconds, Q(**{f"{name}__isnull": False}))


def _long(rows: Rows, *names: str) -> Rows:
    return rows.annotate(**{f"{name}_long": Length(name) for name in names})


QUESTIONS = {
    "family": "家庭情况",
    "difficulty": "困难",
    "prosper": "发展意愿",
    "dispute": "矛盾纠纷",
    "opinion": "意见建议",
}


def _visits(area: Area) -> Rows:
    pictures = Exists(VisitPhoto.objects.filter(visit=OuterRef("pk")))
    signed = Exists(VisitSignature.objects.filter(visit=OuterRef("pk")))
    return _long(area.rows(Visit), *QUESTIONS, "witness", "unsigned").annotate(pictures=pictures, signed=signed)


def _opinions(area: Area) -> Rows:
    """What people at the base took down; what residents send themselves burdens nobody."""
    return _long(area.rows(Issue).exclude(reporter=None), "text", "petitioner", "phone", "category")


def _requests(area: Area) -> Rows:
    return _long(area.rows(ServiceRequest).exclude(requested_by=None), "text", "petitioner", "phone")


def _steps(area: Area) -> Rows:
    return _long(area.within(SessionStep.objects.all(), "session__"), "what")


FORMS = (
    Form(
        "visit",
        "走访",
        _visits,
        "at",
        (
            Asked("outcome", "走访结果", CHOICE, ALWAYS),
            *(_words(name, label, WORDS) for name, label in QUESTIONS.items()),
            _words("witness", "见证人", SHORT),
            _words("unsigned", "没有签名的原因", LINE),
            Asked("signed", "住户签名", PICTURE, Q(signed=True)),
            Asked("pictures", "照片", PICTURE, Q(pictures=True)),
        ),
    ),
    Form(
        "opinion",
        "诉求",
        _opinions,
        "collected_at",
        (
            Asked("title", "事项", LINE, ALWAYS),
            _words("text", "具体情况", WORDS),
            _words("category", "类别", CHOICE),
            Asked("urgency", "紧急程度", CHOICE, ~Q(urgency="normal")),
            _set("household", "住户", CHOICE),
            _words("petitioner", "反映人", SHORT),
            _words("phone", "联系电话", SHORT),
        ),
    ),
    Form(
        "request",
        "代为点单",
        _requests,
        "requested_at",
        (
            Asked("kind", "类型", CHOICE, ALWAYS),
            Asked("title", "需要什么", LINE, ALWAYS),
            _words("text", "具体情况", WORDS),
            _set("wanted_on", "希望哪天前", DAY),
            _words("petitioner", "点单人", SHORT),
            _words("phone", "联系电话", SHORT),
        ),
    ),
    Form(
        "service_day",
        "服务日五步",
        _steps,
        "at",
        (Asked("step", "步骤", CHOICE, ALWAYS), _words("what", "内容", WORDS)),
        "session__",
    ),
)


@dataclass(frozen=True)
class Use:
    """How often a form was filled in, and each of its fields, in the same order."""

    form: Form
    times: int
    filled: tuple[int, ...]

    @property
    def seconds(self) -> int:
        return sum(count * field.seconds for count, field in zip(self.filled, self.form.fields, strict=True))

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def each(self) -> float:
        """Seconds for one."""
        return self.seconds / self.times if self.times else 0.0

    @property
    def fields_each(self) -> float:
        """Fields filled in one."""
        return sum(self.filled) / self.times if self.times else 0.0

    def __add__(self, other: "Use") -> "Use":
        filled = tuple(mine + theirs for mine, theirs in zip(self.filled, other.filled, strict=True))
        return Use(self.form, self.times + other.times, filled)


Uses = dict[str, dict[tuple[date, int], Use]]
"""By form, then by the first of the month and the grid right below."""


def uses(area: Area) -> Uses:
    return {form.name: _uses(area, form) for form in FORMS}


def _uses(area: Area, form: Form) -> dict[tuple[date, int], Use]:
    below = f"{form.place}{area.below or 'grid_id'}"
    rows = form.rows(area).filter(area.period.holds(form.at)).order_by()
    counts: Mapping[str, Any] = {
        f"n_{field.name}": Count("pk", filter=field.filled) if field.filled else Count("pk") for field in form.fields
    }
    found = rows.values(month=TruncMonth(form.at, tzinfo=ZONE), below=F(below)).annotate(times=Count("pk"), **counts)
    return {
        (row["month"].date(), row["below"]): Use(form, row["times"], tuple(row[name] for name in counts))
        for row in found
    }


def total(form: Form, found: Mapping[tuple[date, int], Use]) -> Use:
    nothing = Use(form, 0, (0,) * len(form.fields))
    return sum(found.values(), nothing)


def minutes_by(found: Uses, key: int) -> dict[Any, dict[str, int]]:
    """Minutes by month (`key` 0) or by grid (1), then by form."""
    seconds: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, cells in found.items():
        for at, use in cells.items():
            seconds[at[key]][name] += use.seconds
    return {at: {name: round(value / 60) for name, value in each.items()} for at, each in seconds.items()}


def suggestions(area: Area) -> Rows:
    """What people at the base complained of or suggested in their own name, by the entry on the phone."""
    own = Q(channel=Channel.SENTIMENT, category=Category.OPINION, household=None, petitioner=F("reporter__name"))
    return area.rows(Issue).filter(area.period.holds("collected_at"), own)
