"""The days that differ from the plain Monday–Friday week, as rows a county edits and imports."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from workdays.arithmetic import Calendar, spell, unloaded_sentence


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def national(self) -> "CalendarDayQuerySet":
        return self.filter(county_id=None)

    def for_county(self, county_id: int | None) -> "CalendarDayQuerySet":
        """The national rows first, then the county's own, so that the later row wins."""
        return self.filter(Q(county_id=None) | Q(county_id=county_id)).order_by(
            F("county_id").asc(nulls_first=True), "date"
        )

    def loaded_years(self, county_id: int | None = None) -> set[int]:
        """Years whose arrangement is here: the national one, or the county's own."""
        return years_in(self.for_county(county_id).filter(date__month__in=(5, 10)))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CalendarDay(models.Model):
    """One holiday or make-up workday: national, or a county's own, which overrides the national one."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        MAKEUP = "makeup", "调休上班"

    PERSONAL: ClassVar[dict[str, Mask]] = {}
    PLAIN = "id date kind name county_id entered_by entered_at"

    date = models.DateField("日期")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    name = models.CharField("节日", max_length=30)
    county_id = models.BigIntegerField("县", null=True, blank=True, help_text="空表示全国统一安排")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", null=True, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "放假与调休"
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["date"], condition=Q(county_id=None), name="calendarday_national"),
            models.UniqueConstraint(fields=["county_id", "date"], name="calendarday_county"),
            models.CheckConstraint(condition=Q(kind__in=["holiday", "makeup"]), name="calendarday_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.date.year}年{spell(self.date)}{self.name}{self.get_kind_display()}"


def years_in(rows: Iterable[CalendarDay]) -> set[int]:
    """The years whose arrangement these rows hold.

    1 October is a holiday by law: no year's arrangement lacks it, while a lone day around New Year may belong to the
    neighbouring year's. A county may change its own 1 October alone: its arrangement of a year has 1 May as well.
    """
    off = {(row.county_id is None, row.date) for row in rows if row.kind == CalendarDay.Kind.HOLIDAY}
    national = {day.year for ours, day in off if ours and (day.month, day.day) == (10, 1)}
    own = {day.year for ours, day in off if not ours and (day.month, day.day) == (10, 1)}
    return national | {year for year in own if (False, date(year, 5, 1)) in off}


def calendar_for(county_id: int | None) -> Calendar:
    """The calendar of a county (None: the national one). One query; fetch it once per request, task or chunk."""
    rows = list(CalendarDay.objects.for_county(county_id))
    of = {row.date: row for row in rows}
    return Calendar(
        holidays={day: row.name for day, row in of.items() if row.kind == CalendarDay.Kind.HOLIDAY},
        makeup={day: row.name for day, row in of.items() if row.kind == CalendarDay.Kind.MAKEUP},
        years=frozenset(years_in(rows)),
    )


def year_warnings(on: date, county_id: int | None = None) -> list[str]:
    """What to show while a year's arrangement is missing: this year's always, next year's from November."""
    asked = [on.year, on.year + 1] if on.month >= 11 else [on.year]
    loaded = CalendarDay.objects.loaded_years(county_id)
    return [f"{unloaded_sentence([year])}，请管理员导入国务院公布的安排。" for year in asked if year not in loaded]
