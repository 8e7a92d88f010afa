"""A county's rules: loaded from its profile, again and again without harm."""

import pytest

from issues.models import ClockKind, Limit, RegisterRules, Rung
from issues.rules import CountyRules, load_register_rules
from issues.tests import walk
from profiles.reader import read, shipped

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing(cast):
    load_register_rules(cast.county, read("heping"))
    assert load_register_rules(cast.county, read("heping")) == 0


@pytest.mark.parametrize("name", sorted(set(shipped()) - {"heping"}))
def test_every_shipped_profile_loads_over_another_and_back(cast, name):
    assert load_register_rules(cast.county, read(name)) > 0
    assert load_register_rules(cast.county, read(name)) == 0
    assert [rung.name for rung in Rung.objects.filter(county=cast.county)] == [rung.name for rung in read(name).chain]
    load_register_rules(cast.county, read("heping"))
    load_register_rules(cast.county, read("heping"))
    assert load_register_rules(cast.county, read("heping")) == 0


def test_what_staff_changed_by_hand_comes_back_with_the_profile(cast):
    Limit.objects.filter(kind="verify").delete()
    Limit.objects.filter(category="dispute").update(amount=99)
    RegisterRules.objects.update(publicity=True)
    assert load_register_rules(cast.county, read("heping")) == 4 + 16 + 1
    assert not Limit.objects.filter(amount=99).exists()


def test_running_clocks_keep_their_due_when_limits_change(cast):
    issue = walk.assigned(cast)
    Limit.objects.update(amount=1)
    before = issue.due_at
    issue.refresh_from_db()
    assert issue.due_at == before == issue.clocks.get(kind="handle").due_at


def test_limits_of_the_domain_stand_in_the_table(cast):
    rules = CountyRules(cast.county.pk)
    told = {
        (kind, urgency, category, level): str(rules.limit(ClockKind(kind), urgency, category, level))
        for kind, urgency, category, level in [
            ("handle", "critical", "livelihood", 1),
            ("handle", "normal", "infrastructure", 3),
            ("handle", "critical", "opinion", 3),
            ("assign", "critical", "", 0),
            ("verify", "hard", "", 0),
        ]
    }
    assert list(told.values()) == ["4小时", "20个工作日", "None", "1小时", "2个工作日"]
