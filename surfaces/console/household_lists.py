"""Which households, pairings, members and visits a list shows."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Exists, OuterRef

from households import load
from households.models import Household, HouseholdQuerySet, HouseholdTag, Pairing, PairingQuerySet, Tag
from members.models import Member, MemberQuerySet
from surfaces import find
from surfaces.console.filters import Filter, pick, search_box
from surfaces.console.places import PlaceField, inside
from visits.models import Visit, VisitQuerySet
from workdays.arithmetic import ZONE

SEARCH_HINT = "姓名、拼音首字母、户编号、电话后四位、地址"
COVERED = [("yes", "已结对"), ("no", "未结对")]
LOADS = [("under", "未达下限"), ("over", "超过上限"), ("exempt", "免联"), ("left", "已转出")]


class HouseholdFilter(Filter):
    q = search_box(SEARCH_HINT)
    place = PlaceField()
    tag = pick("标签", Tag.choices)
    kind = pick("类型", Household.Kind.choices)
    covered = pick("结对", COVERED)
    closed = forms.BooleanField(label="已销户", required=False)

    def rows(self) -> HouseholdQuerySet:
        chosen, on = self.chosen, self.at.date()
        rows = Household.objects.visible_to(self.user)
        rows = rows.exclude(closed_on=None) if "closed" in chosen else rows.living()
        if "q" in chosen:
            rows = find.households(rows, chosen["q"])
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        if "kind" in chosen:
            rows = rows.filter(kind=chosen["kind"])
        if "tag" in chosen:
            borne = HouseholdTag.objects.borne(on).filter(household=OuterRef("pk"), tag=chosen["tag"])
            rows = rows.filter(Exists(borne))
        if "covered" in chosen:
            paired = Exists(Pairing.objects.current(on).filter(household=OuterRef("pk")))
            rows = rows.filter(paired if chosen["covered"] == "yes" else ~paired)
        return rows


class GapFilter(Filter):
    """Living households that nobody looks after."""

    q = search_box(SEARCH_HINT)
    place = PlaceField()

    def rows(self) -> HouseholdQuerySet:
        rows = Household.objects.visible_to(self.user).uncovered(self.at.date())
        if "q" in self.chosen:
            rows = find.households(rows, self.chosen["q"])
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows


class PairingFilter(Filter):
    q = search_box("户主或联户党员姓名")
    place = PlaceField()
    origin = pick("产生方式", Pairing.Origin.choices)
    late = forms.BooleanField(label="走访逾期", required=False)
    stranded = forms.BooleanField(label="党员已不能联户", required=False)

    def rows(self) -> PairingQuerySet:
        chosen, on = self.chosen, self.at.date()
        rows = Pairing.objects.visible_to(self.user).current(on).exclude(household=None)
        if "stranded" in chosen:
            rows = load.stranded(rows, on)
        if "late" in chosen:
            rows = rows.late(on)
        if "q" in chosen:
            rows = self._named(rows, chosen["q"])
        if "origin" in chosen:
            rows = rows.filter(origin=chosen["origin"])
        return rows.filter(inside(chosen["place"])) if "place" in chosen else rows

    def _named(self, rows: PairingQuerySet, text: str) -> PairingQuerySet:
        households = find.households(Household.objects.visible_to(self.user), text)
        members = find.members(Member.objects.visible_to(self.user), text)
        return rows.filter(household__in=households.values("pk")) | rows.filter(member__in=members.values("pk"))


class MemberFilter(Filter):
    q = search_box("姓名、拼音首字母、编号、电话后四位")
    place = PlaceField()
    cadre = pick("类型", Member.Cadre.choices)
    load = pick("联户情况", LOADS, "在册党员")

    def rows(self) -> MemberQuerySet:
        chosen = self.chosen
        rows = self._loaded(Member.objects.visible_to(self.user), chosen.get("load", ""))
        if "q" in chosen:
            rows = find.members(rows, chosen["q"])
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(cadre=chosen["cadre"]) if "cadre" in chosen else rows

    def _loaded(self, rows: MemberQuerySet, how: str) -> MemberQuerySet:
        on = self.at.date()
        if how == "under":
            return load.under_loaded(rows, on)
        if how == "over":
            return load.over_loaded(rows, on)
        if how == "left":
            return load.with_load(rows.exclude(left_on=None), on)
        if how == "exempt":
            return load.with_load(rows.filter(left_on=None).exclude(pk__in=rows.available(on)), on)
        return load.with_load(rows.filter(left_on=None), on)


class VisitFilter(Filter):
    household = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = PlaceField()
    outcome = pick("结果", Visit.Outcome.choices)
    trigger = pick("走访类型", Visit.Trigger.choices)
    since = forms.DateField(label="自", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="至", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def rows(self) -> VisitQuerySet:
        chosen = self.chosen
        rows = Visit.objects.visible_to(self.user)
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        if "since" in chosen:
            rows = rows.filter(at__gte=datetime.combine(chosen["since"], time(), ZONE))
        if "until" in chosen:
            rows = rows.filter(at__lt=datetime.combine(chosen["until"] + timedelta(days=1), time(), ZONE))
        exact = ("outcome", "trigger", "household")
        return rows.filter(**{name: chosen[name] for name in exact if name in chosen})
