"""The words of profiles are the choices of the models above them."""

import pytest

from accounts.roles import Role
from grids.models import Kind
from households.models import ContactType, Tag
from issues.models import Category, Channel, ClockKind, Grade, Ledger, Urgency
from members.models import Member
from profiles import terms


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (terms.CATEGORIES, Category),
        (terms.URGENCIES, Urgency),
        (terms.GRADES, Grade),
        (terms.LEDGERS, Ledger),
        (terms.CHANNELS, Channel),
        (terms.CADRES, Member.Cadre),
        (terms.TAGS, Tag),
        (terms.CONTACT_TARGETS, ContactType.Target),
    ],
)
def test_the_words_are_the_choices_of_the_model(words, choices):
    assert words == dict(choices.choices)


def test_the_levels_are_the_kinds_of_grids():
    assert list(terms.LEVELS) == Kind.values


def test_every_role_on_a_chain_is_a_role_people_can_hold():
    assert terms.ROLES.items() <= dict(Role.choices).items()


def test_every_clock_is_set_by_the_profile():
    assert {*terms.CLOCKS, "handle", "publicity"} == set(ClockKind.values)
