"""The form that takes down an opinion offers the channels of the county, and takes no other."""

from uuid import uuid4

from issues.tests.walk import hours
from surfaces.collecting import CollectForm

OWN = ["visit", "public", "duty", "meeting", "hotline"]


def test_the_form_offers_the_channels_of_the_county(cast):
    form = CollectForm(cast.household, cast.member, at=hours(0))
    assert [value for value, _ in form.fields["channel"].widget.choices] == OWN


def test_a_channel_of_another_county_is_not_taken(cast):
    sent = {"title": "水圳堵塞", "channel": "petition", "urgency": "normal", "client_id": uuid4()}
    form = CollectForm(cast.household, cast.member, at=hours(0), data=sent)
    assert not form.is_valid()
    assert "没有“petition”这一选项" in str(form.errors)
