"""A county's profile, from its YAML into rows."""

from datetime import date

from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid, GridLevel, Kind
from households.models import LIAISON, ContactType, Programme, Quota
from issues.requests.rules import load_request_rules
from issues.rules import kept_by_hand, load_register_rules
from members.models import Unit
from profiles.profile import Profile
from profiles.profile import VisitRule as Paced
from rosters.rules import load_roster_rules
from visits.actions import Wanted, add_service_rule, change_rule, drop_rule, policy_of
from visits.models import ServiceDayRule, VisitPolicy, VisitRule
from workdays.recurring import Kind as Days
from workdays.recurring import Recurrence


def county_named(text: str) -> Grid:
    """The county in force with this name or code. Refused when there is none, or more than one."""
    counties = Grid.objects.in_force().filter(kind=Kind.COUNTY)
    found = list(counties.filter(code=text) if text.isdigit() else counties.filter(name=text))
    if len(found) == 1:
        return found[0]
    if found:
        codes = "、".join(county.code for county in found)
        raise Refused(f"有{len(found)}个县叫“{text}”，请用代码指定：{codes}。")
    known = "、".join(f"{county.name}（{county.code}）" for county in counties.order_by("code"))
    raise Refused(f"没有“{text}”这个县，已有：{known or '还没有任何县，请先运行 import_divisions'}。")


@transaction.atomic
def load_profile(
    county: Grid, profile: Profile, *, on: date, by: User | None, discard_edits: bool = False
) -> list[str]:
    """Writes the profile's facts as the county's rows; rules it no longer has are removed. Safe to repeat.

    Programmes stay, as pairings hang on them. Running clocks keep their due date; due visits follow a changed rule.
    Limits and switches set by hand stay and are counted, unless edits are discarded.
    Returns one sentence per kind of fact.
    """
    programmes = _programmes(county, profile)
    return [
        _levels(county, profile),
        f"项目{len(programmes)}个：{'、'.join(programme.name for programme in programmes.values())}",
        _quotas(programmes, profile),
        *_contacts(programmes, profile),
        _visit_rules(programmes, profile, on, by, discard_edits=discard_edits),
        *_visiting(county, profile, discard_edits=discard_edits),
        f"上报链{len(profile.chain)}级：{'、'.join(rung.name for rung in profile.chain)}",
        f"登记规则改动{load_register_rules(county, profile, discard_edits=discard_edits)}条",
        *_kept(county, profile),
        *_units(county, profile),
        f"三单规则改动{load_request_rules(county, profile)}条",
        *_service_days(county, programmes, profile, on, by),
        f"值班规则改动{load_roster_rules(county, profile)}条",
    ]


def _levels(county: Grid, profile: Profile) -> str:
    for kind, name in profile.levels.items():
        GridLevel.objects.update_or_create(county=county, kind=kind, defaults={"name": name})
    GridLevel.objects.filter(county=county).exclude(kind__in=profile.levels).delete()
    return f"层级{len(profile.levels)}级：{'、'.join(profile.levels.values())}"


def _kept(county: Grid, profile: Profile) -> list[str]:
    kept = kept_by_hand(county, profile) + visit_rules_by_hand(county, profile)
    return [f"保留人工修改{kept}处，要全部按配置请加 --discard-edits"] if kept else []


def _programmes(county: Grid, profile: Profile) -> dict[str, Programme]:
    return {
        code: Programme.objects.update_or_create(county=county, code=code, defaults={"name": name})[0]
        for code, name in profile.programmes.items()
    }


def _quotas(programmes: dict[str, Programme], profile: Profile) -> str:
    kept = [
        Quota.objects.update_or_create(
            programme=programmes[quota.programme],
            cadre=quota.cadre_type,
            contact_type=LIAISON,
            defaults={"least": quota.min, "target": quota.target, "most": quota.max},
        )[0].pk
        for quota in profile.quotas
    ]
    usual = Quota.objects.filter(programme__in=programmes.values(), contact_type=LIAISON)
    usual.exclude(pk__in=kept).delete()
    return f"联户数{len(kept)}条"


def _contacts(programmes: dict[str, Programme], profile: Profile) -> list[str]:
    """Typed contacts and how many each cadre has; those the profile no longer has go, their pairings stay."""
    kept, quotas = [], []
    for one in profile.contacts:
        programme = programmes[one.programme]
        given = {
            "name": one.name,
            "target": one.target,
            "tag": one.tag,
            "cadres": list(one.cadres),
            "required": one.required,
        }
        kept.append(ContactType.objects.update_or_create(programme=programme, code=one.code, defaults=given)[0].pk)
        number = {"least": one.each, "target": one.each, "most": one.each}
        for cadre in one.cadres if one.each else ():
            row, _ = Quota.objects.update_or_create(
                programme=programme, cadre=cadre, contact_type=one.code, defaults=number
            )
            quotas.append(row.pk)
    ContactType.objects.filter(programme__in=programmes.values()).exclude(pk__in=kept).delete()
    typed = Quota.objects.filter(programme__in=programmes.values()).exclude(contact_type=LIAISON)
    typed.exclude(pk__in=quotas).delete()
    return [f"联系类型{len(kept)}种"] if kept else []


def _visit_rules(
    programmes: dict[str, Programme], profile: Profile, on: date, by: User | None, *, discard_edits: bool
) -> str:
    """Only rules that differ are written: each change restates the due dates of its programme."""
    wanted = {(programmes[rule.programme].pk, rule.tag or ""): rule for rule in profile.visit_rules}
    rows = VisitRule.objects.filter(programme__in=programmes.values()).select_related("programme")
    stored = {(rule.programme_id, rule.tag): rule for rule in rows}
    by_hand = set() if discard_edits else {key for key, rule in stored.items() if rule.edited_at}
    for key, old in stored.items():
        if key not in wanted and key not in by_hand:
            drop_rule(programme=old.programme, tag=old.tag, on=on, by=by)
    for key, rule in wanted.items():
        if key not in by_hand and (key not in stored or _pace(stored[key]) != _pace(rule)):
            change_rule(
                programme=programmes[rule.programme],
                tag=rule.tag or "",
                interval_days=rule.interval_days,
                grace_days=rule.grace_days,
                excused_by=rule.excused_by,
                on=on,
                by=by,
            )
    return f"走访规则{len(wanted)}条"


def _visiting(county: Grid, profile: Profile, *, discard_edits: bool) -> list[str]:
    """What is asked of a visit, but for what staff set."""
    row, _ = VisitPolicy.objects.get_or_create(county=county)
    by_hand = [] if discard_edits else row.by_hand
    wanted = {name: value for name, value in vars(profile.visits).items() if name not in by_hand}
    if by_hand != row.by_hand or any(getattr(row, name) != value for name, value in wanted.items()):
        VisitPolicy.objects.filter(pk=row.pk).update(**wanted, by_hand=by_hand)
    return [f"走访要求{len(wanted)}项"]


def visit_rules_by_hand(county: Grid, profile: Profile) -> int:
    """In how many places the county's visit rules differ from its profile because staff set them so."""
    wanted = {(rule.programme, rule.tag or ""): rule for rule in profile.visit_rules}
    edited = VisitRule.objects.filter(programme__county=county, edited_at__isnull=False).select_related("programme")
    pairs = [(wanted.get((row.programme.code, row.tag)), row) for row in edited]
    differing = [row for rule, row in pairs if (row.in_use if rule is None else _pace(row) != _pace(rule))]
    policy = policy_of(county.pk)
    return len(differing) + sum(getattr(policy, name) != getattr(profile.visits, name) for name in policy.by_hand)


def _units(county: Grid, profile: Profile) -> list[str]:
    """Adds the departments a profile names; those a county added itself stay."""
    known = set(Unit.objects.filter(county=county).values_list("name", flat=True))
    added = Unit.objects.bulk_create(Unit(county=county, name=name) for name in profile.units if name not in known)
    return [f"部门{len(profile.units)}个，新增{len(added)}个"] if profile.units else []


def _pace(rule: VisitRule | Paced) -> tuple[int, int, list[str], bool]:
    in_use = rule.in_use if isinstance(rule, VisitRule) else True
    return rule.interval_days, rule.grace_days, sorted(rule.excused_by), in_use


def _service_days(
    county: Grid, programmes: dict[str, Programme], profile: Profile, on: date, by: User | None
) -> list[str]:
    """Rules of service days for a county that has none yet; what the county set itself stays."""
    if not profile.service_days or ServiceDayRule.objects.filter(grid=county).exists():
        return []
    for days in profile.service_days:
        recurrence = Recurrence(Days(days.kind), days.numbers, days.weekday, days.lunar)
        holidays = ServiceDayRule.Holidays(days.holidays)
        add_service_rule(wanted=Wanted(programmes[days.programme], county, recurrence, holidays), on=on, by=by)
    return [f"服务日规则{len(profile.service_days)}条"]
