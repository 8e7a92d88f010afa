"""A county's profile, from its YAML into rows."""

from grids.models import Grid, GridLevel
from households.models import Programme, Quota
from issues.rules import load_register_rules
from profiles.profile import Profile
from visits.models import VisitRule


def load_profile(county: Grid, profile: Profile) -> list[str]:
    """Writes the profile's facts as the county's rows; what the profile no longer says is removed. Safe to repeat.

    Returns one sentence per kind of fact.
    """
    programmes = _programmes(county, profile)
    return [
        _levels(county, profile),
        f"项目{len(programmes)}个：{'、'.join(programme.name for programme in programmes.values())}",
        _quotas(programmes, profile),
        _visit_rules(programmes, profile),
        f"上报链{len(profile.chain)}级：{'、'.join(rung.name for rung in profile.chain)}；"
        f"登记规则改动{load_register_rules(county, profile)}条",
    ]


def _levels(county: Grid, profile: Profile) -> str:
    for kind, name in profile.levels.items():
        GridLevel.objects.update_or_create(county=county, kind=kind, defaults={"name": name})
    GridLevel.objects.filter(county=county).exclude(kind__in=profile.levels).delete()
    return f"层级{len(profile.levels)}级：{'、'.join(profile.levels.values())}"


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
            defaults={"least": quota.min, "target": quota.target, "most": quota.max},
        )[0].pk
        for quota in profile.quotas
    ]
    Quota.objects.filter(programme__in=programmes.values()).exclude(pk__in=kept).delete()
    return f"联户数{len(kept)}条"


def _visit_rules(programmes: dict[str, Programme], profile: Profile) -> str:
    kept = [
        VisitRule.objects.update_or_create(
            programme=programmes[rule.programme],
            tag=rule.tag or "",
            defaults={"interval_days": rule.interval_days, "grace_days": rule.grace_days},
        )[0].pk
        for rule in profile.visit_rules
    ]
    VisitRule.objects.filter(programme__in=programmes.values()).exclude(pk__in=kept).delete()
    return f"走访规则{len(kept)}条"
