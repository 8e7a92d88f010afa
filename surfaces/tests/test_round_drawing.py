"""The drawing of a round: true to shape, north up, silent about whom it cannot place."""

from households.models import Household, ProposedPair
from members.models import Member
from surfaces.console.rounds.drawing import EDGE, HEIGHT, MOST, WIDTH, drawing

LIN = Member(pk=1, name="林国强", lat=26.70, lng=117.40)


def pair(key: int, lat: float | None, lng: float | None, member: Member | None = LIN) -> ProposedPair:
    home = Household(pk=key, number=f"H{key}", head_name="李水根", lat=lat, lng=lng)
    return ProposedPair(household=home, member=member)


def test_north_is_up_and_everything_lies_within_the_edges():
    made = drawing([pair(2, 26.73, 117.40), pair(3, 26.70, 117.43)], [LIN])
    north, east, member = made.spots
    assert north.y < member.y
    assert east.x > member.x
    assert all(EDGE <= spot.x <= WIDTH - EDGE and EDGE <= spot.y <= HEIGHT - EDGE for spot in made.spots)
    assert made.lines[0] == (member.x, member.y, north.x, north.y)


def test_a_metre_east_is_as_long_as_a_metre_north():
    made = drawing([pair(2, 26.71, 117.40), pair(3, 26.70, 117.40 + 0.01 / 0.8934)], [LIN])
    north, east, member = made.spots
    assert abs((member.y - north.y) - (east.x - member.x)) < 1


def test_names_are_masked_and_a_gap_is_a_shape_of_its_own():
    made = drawing([pair(2, 26.73, 117.40, member=None)], [LIN])
    [gap, _] = made.spots
    assert (gap.kind, gap.said) == ("gap", "李*根户（H2）：没有人联系")
    assert made.lines == []


def test_whoever_has_no_place_is_counted_and_not_drawn():
    made = drawing([pair(2, 26.73, 117.40), pair(3, None, None)], [LIN, Member(pk=4, name="黄春荣")])
    assert len(made.spots) == 2
    assert made.missing == 2


def test_nothing_to_place_or_too_much_to_see_is_no_drawing():
    assert drawing([pair(2, None, None)], [LIN]) is None
    assert drawing([pair(key, 26.7, 117.4) for key in range(2, MOST + 3)], [LIN]) is None


def test_one_place_alone_is_drawn_without_dividing_by_nothing():
    assert len(drawing([pair(2, 26.70, 117.40)], [LIN]).spots) == 2
