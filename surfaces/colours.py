"""What each county calls the colours of supervision: 黄牌 and 红牌 in 万州."""

from typing import Any

from grids.scope import Scope
from issues.models import Colour
from issues.rules import CountyRules


class Colours:
    """Kept for one page: each county is asked once."""

    def __init__(self) -> None:
        self._counties: dict[int, CountyRules] = {}

    def label(self, county_id: int, colour: str) -> str:
        if county_id not in self._counties:
            self._counties[county_id] = CountyRules(county_id)
        return self._counties[county_id].switches.order_label(colour)


def relabel(form: Any, field: str) -> None:
    """The colours of a filter in the words of the person's own county."""
    county_id = next((posting.county_id for posting in Scope.of(form.user).postings), 0)
    colours = Colours()
    named = [(colour.value, colours.label(county_id, colour)) for colour in Colour]
    form.fields[field].choices = [("", "全部"), *named]
