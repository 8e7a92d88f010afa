"""Who may make which move when: written by hand, person by person, and never derived from the table under test.

Three tables over the same people. Every table names every move; the first names every status. An entry lists by letter
the people to whom the move is open; a dot: to nobody.
"""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from issues import actions
from issues.case import scope_on
from issues.models import Issue, PublicNotice, RegisterRules, Status
from issues.tests import walk
from issues.tests.cast import MONDAY, POSTS, Cast
from issues.tests.walk import hours
from issues.workflow import MOVES, open_moves, refusal

pytestmark = pytest.mark.django_db

PEOPLE = {
    "m": {"member"},  # liaison member, who collected it
    "g": {"grid_leader"},  # cell leader; the handler unless the table says otherwise
    "s": {"secretary"},  # of the village
    "c": {"clerk"},  # of the town
    "a": {"second_clerk"},  # of the same town
    "t": {"town_leader"},
    "T": {"clerk", "second_clerk", "town_leader"},  # the whole town
    "o": {"county_officer"},
    "C": {"county_officer", "leader", "command_centre"},  # county clerk, county leader, command centre
    "h": {"handler"},  # of the department
    "k": {"colleague"},  # of the same department
    "n": {"neighbour"},  # secretary of another village; the co-handler where there is one
    "d": {"other_clerk"},  # of another town
    "u": {"auditor"},
    "z": {"nobody"},
    "p": {"household"},  # behind its code, without an account
}
EVERYBODY = {*POSTS, "household"}

VILLAGE = """
                col     spo mer reg   ass    pro    hld    rep    con    pub   clo dec tra voi
collect         .       .   .   .     .      .      .      .      .      .     .   .   .   .
solve_on_spot   msTC    .   .   .     .      .      .      .      .      .     .   .   .   .
merge           sTC     .   .   sTC   .      .      .      .      .      .     .   .   .   .
register        sTC     .   .   .     .      .      .      .      .      .     .   .   .   .
decline         sTC     .   .   .     .      .      .      .      .      .     .   .   .   .
transfer        sTC     .   .   sTC   .      .      .      .      .      .     .   .   .   .
assign          .       .   .   sTC   sTC    sTC    .      .      .      .     .   .   .   .
sign_for        .       .   .   .     g      .      .      .      .      .     .   .   .   .
contact         .       .   .   .     gsTC   gsTC   gsTC   .      gsTC   .     .   .   .   .
send_back       .       .   .   .     g      g      .      .      .      .     .   .   .   .
ask_ruling      .       .   .   .     .      .      .      .      .      .     .   .   .   .
rule            .       .   .   tC    tC     tC     .      .      .      .     .   .   .   .
escalate        .       .   .   sTC   gsTC   gsTC   .      .      .      .     .   .   .   .
report          .       .   .   .     .      g      .      .      .      .     .   .   .   .
verify          .       .   .   .     .      .      .      sTC    .      .     .   .   .   .
reject          .       .   .   .     .      .      .      sTC    .      .     .   .   .   .
give_verdict    .       .   .   .     .      .      .      .      pgsTC  .     .   .   .   .
publicity_text  .       .   .   .     .      .      .      .      .      sTC   .   .   .   .
answer_objection .      .   .   .     .      .      .      .      .      .     .   .   .   .
object_to       .       .   .   .     .      .      .      .      .      sTC   .   .   .   .
close           .       .   .   .     .      .      .      .      .      .     .   .   .   .
force_close     .       .   .   .     .      .      .      .      .      .     .   .   .   .
reopen          .       .   .   .     .      .      .      .      .      .     sTC .   .   .
ask_hold        .       .   .   .     .      g      .      .      .      .     .   .   .   .
hold            .       .   .   .     .      .      .      .      .      .     .   .   .   .
milestone       .       .   .   .     .      .      g      .      .      .     .   .   .   .
review_hold     .       .   .   .     .      .      TC     .      .      .     .   .   .   .
resume          .       .   .   .     .      .      gTC    .      .      .     .   .   .   .
ask_extension   .       .   .   .     .      g      .      .      .      .     .   .   .   .
extend          .       .   .   .     .      .      .      .      .      .     .   .   .   .
ask_void        sTC     .   .   sTC   gsTC   gsTC   gsTC   .      .      .     .   .   .   .
void            .       .   .   .     .      .      .      .      .      .     .   .   .   .
deny            .       .   .   .     .      .      .      .      .      .     .   .   .   .
issue_order     .       .   .   TC    TC     TC     TC     .      .      .     .   .   .   .
answer_order    .       .   .   .     .      .      .      .      .      .     .   .   .   .
comment         mgsTC   .   .   mgsTC mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC .   .   .   .
"""
"""A matter of the village in the hands of the cell leader, within a day, nothing waiting and nothing returned."""

DEPARTMENT = """
                ass        pro        hld        rep        con        pub        clo
collect         .          .          .          .          .          .          .
solve_on_spot   .          .          .          .          .          .          .
merge           .          .          .          .          .          .          .
register        .          .          .          .          .          .          .
decline         .          .          .          .          .          .          .
transfer        .          .          .          .          .          .          .
assign          C          C          .          .          .          .          .
sign_for        h          .          .          .          .          .          .
contact         hsTC       hsTC       hsTC       .          hsTC       .          .
send_back       h          h          .          .          .          .          .
ask_ruling      .          .          .          .          .          .          .
rule            tC         tC         .          .          .          .          .
escalate        .          .          .          .          .          .          .
report          .          h          .          .          .          .          .
verify          .          .          .          sTC        .          .          .
reject          .          .          .          sTC        .          .          .
give_verdict    .          .          .          .          phsTC      .          .
publicity_text  .          .          .          .          .          sTC        .
answer_objection .         .          .          .          .          .          .
object_to       .          .          .          .          .          sTC        .
close           .          .          .          .          .          .          .
force_close     .          .          .          .          .          .          .
reopen          .          .          .          .          .          .          sTC
ask_hold        .          h          .          .          .          .          .
hold            .          .          .          .          .          .          .
milestone       .          .          h          .          .          .          .
review_hold     .          .          tC         .          .          .          .
resume          .          .          htC        .          .          .          .
ask_extension   .          h          .          .          .          .          .
extend          .          .          .          .          .          .          .
ask_void        hsTC       hsTC       hsTC       .          .          .          .
void            .          .          .          .          .          .          .
deny            .          .          .          .          .          .          .
issue_order     tC         tC         tC         .          .          .          .
answer_order    .          .          .          .          .          .          .
comment         mgsTChkn   mgsTChkn   mgsTChkn   mgsTChkn   mgsTChkn   mgsTChkn   .
"""
"""The same, registered at the county and dispatched to a department; the neighbour helps. Nothing is above it."""

SITUATIONS = """
                hold   ext    void   rul    ret    up     cbd    over   obj    force  order
collect         .      .      .      .      .      .      .      .      .      .      .
solve_on_spot   .      .      .      .      .      .      .      .      .      .      .
merge           .      .      .      .      .      .      .      .      .      .      .
register        .      .      .      .      .      .      .      .      .      .      .
decline         .      .      .      .      .      .      .      .      .      .      .
transfer        .      .      .      .      .      .      .      .      .      .      .
assign          .      .      .      .      sTC    TC     .      .      .      .      sTC
sign_for        .      .      .      g      g      c      .      .      .      .      .
contact         gsTC   gsTC   gsTC   gsTC   gsTC   sTC    .      .      .      gsTC   gsTC
send_back       .      .      .      .      .      .      .      .      .      .      g
ask_ruling      .      .      .      .      g      c      .      .      .      .      .
rule            .      .      .      tC     tC     tC     .      .      .      .      tC
escalate        .      .      .      .      gsTC   TC     .      .      .      .      gsTC
report          .      .      .      .      .      .      .      .      .      .      g
verify          .      .      .      .      .      .      TC     .      .      .      .
reject          .      .      .      .      .      .      sTC    .      .      .      .
give_verdict    .      .      .      .      .      .      .      .      .      pgsTC  .
publicity_text  .      .      .      .      .      .      .      sTC    sTC    .      .
answer_objection .     .      .      .      .      .      .      .      sTC    .      .
object_to       .      .      .      .      .      .      .      sTC    sTC    .      .
close           .      .      .      .      .      .      .      sTC    .      .      .
force_close     .      .      .      .      .      .      .      .      .      C      .
reopen          .      .      .      .      .      .      .      .      .      .      .
ask_hold        .      .      .      .      .      .      .      .      .      .      g
hold            TC     .      .      .      .      .      .      .      .      .      .
milestone       .      .      .      .      .      .      .      .      .      .      .
review_hold     .      .      .      .      .      .      .      .      .      .      .
resume          .      .      .      .      .      .      .      .      .      .      .
ask_extension   .      .      .      .      .      .      .      .      .      .      g
extend          .      TC     .      .      .      .      .      .      .      .      .
ask_void        .      .      .      .      gsTC   sTC    .      .      .      .      gsTC
void            .      .      sTC    .      .      .      .      .      .      .      .
deny            TC     TC     sTC    .      .      .      .      .      .      .      .
issue_order     TC     TC     TC     TC     TC     tC     .      .      .      .      TC
answer_order    .      .      .      .      .      .      .      .      .      .      g
comment         mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC  mgsTC
"""
"""What else decides. hold, ext, void, rul: an application waits. ret, rul: returned once and assigned again.
up: climbed to the town, whose clerk has it. cbd: reported as "cannot be done". over, obj: publicity is over, without
and with an objection. force: the county may force. order: a supervision order waits for the handler."""

STATUSES = {
    "col": Status.COLLECTED,
    "spo": Status.SOLVED_ON_SPOT,
    "mer": Status.MERGED,
    "reg": Status.REGISTERED,
    "ass": Status.ASSIGNED,
    "pro": Status.PROCESSING,
    "hld": Status.ON_HOLD,
    "rep": Status.REPORTED,
    "con": Status.CONFIRMING,
    "pub": Status.PUBLICIZING,
    "clo": Status.CLOSED,
    "dec": Status.DECLINED,
    "tra": Status.TRANSFERRED,
    "voi": Status.VOIDED,
}


def read(table: str) -> dict[tuple[str, str], set[str]]:
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {
        (column, row[0]): set().union(*(PEOPLE[letter] for letter in cell if letter != "."))
        for row in rows
        for column, cell in zip(head, row[1:], strict=True)
    }


def dispatched(cast: Cast, status: str) -> Issue:
    """The matter of DEPARTMENT, brought to a status."""
    issue = walk.registered(cast, by=cast.county_officer)
    RegisterRules.objects.update(publicity=status == "pub")
    give = {"issue": issue, "unit": cast.unit, "handler": cast.handler, "co_handlers": [cast.neighbour]}
    actions.assign(by=cast.county_officer, at=hours(2), **give)
    for move in STEPS[: REACHED_AFTER[status]]:
        move(cast, issue)
    if status == "hld":
        until = (MONDAY + timedelta(days=30)).date()
        plan = {"reason": "要等枯水期", "plan": "冬修水利时重建", "milestones": "2026-12-01 完成设计"}
        actions.ask_hold(issue=issue, by=cast.handler, at=hours(4), until=until, **plan)
        actions.hold(issue=issue, by=cast.command_centre, at=hours(5))
    return issue


def reports(cast: Cast, issue: Issue) -> None:
    actions.report(issue=issue, by=cast.handler, at=hours(4), result="已修复闸门", files=[walk.photo()])


STEPS: list[Callable[[Cast, Issue], object]] = [
    lambda cast, issue: actions.sign_for(issue=issue, by=cast.handler, at=hours(3)),
    reports,
    lambda cast, issue: actions.verify(issue=issue, by=cast.clerk, at=hours(5)),
    lambda cast, issue: actions.give_verdict(issue=issue, by=None, at=hours(6), value="satisfied"),
]
REACHED_AFTER = {"ass": 0, "pro": 1, "hld": 1, "rep": 2, "con": 3, "pub": 4, "clo": 4}


def asked(name: str, **inputs: object) -> Callable[[Cast], Issue]:
    def begin(cast: Cast) -> Issue:
        issue = walk.processing(cast)
        actions.perform(f"ask_{name}", issue=issue, by=cast.grid_leader, at=hours(4), **inputs)
        return issue

    return begin


def returned(cast: Cast) -> Issue:
    issue = walk.processing(cast)
    actions.send_back(issue=issue, by=cast.grid_leader, at=hours(4), reason="不归网格管")
    actions.assign(issue=issue, by=cast.secretary, at=hours(5), handler=cast.grid_leader)
    return issue


def ruling_asked(cast: Cast) -> Issue:
    issue = returned(cast)
    actions.ask_ruling(issue=issue, by=cast.grid_leader, at=hours(6), reason="确实不归网格管")
    return issue


def climbed(cast: Cast) -> Issue:
    issue = walk.processing(cast)
    actions.escalate(issue=issue, by=cast.grid_leader, at=hours(4), reason="村里没有挖机")
    return issue


def objected(cast: Cast) -> Issue:
    issue = walk.publicizing(cast)
    notice = PublicNotice.objects.get(issue=issue)
    actions.raise_objection(notice=notice, at=hours(30), text="下游还是没有水", client_id=uuid4())
    return issue


def forcible(cast: Cast) -> Issue:
    RegisterRules.objects.update(force_close=True)
    return walk.confirming(cast)


def ordered(cast: Cast) -> Issue:
    issue = walk.processing(cast)
    actions.issue_order(issue=issue, by=cast.town_leader, at=hours(4), colour="orange", reason="群众等着用水")
    return issue


UNTIL = date(2026, 11, 20)
BEGINNINGS: dict[str, Callable[[Cast], Issue]] = {
    "hold": asked("hold", reason="要等枯水期", plan="冬修重建", milestones="2026-12-01 设计", until=UNTIL),
    "ext": asked("extension", reason="配件没到货", until=UNTIL),
    "void": asked("void", reason="重复登记了"),
    "rul": ruling_asked,
    "ret": returned,
    "up": climbed,
    "cbd": lambda cast: walk.reported(cast, cannot_be_done=True),
    "over": walk.publicizing,
    "obj": objected,
    "force": forcible,
    "order": ordered,
}
AFTER_PUBLICITY = MONDAY.date() + timedelta(days=10)


def check(cast: Cast, made: Issue, truth: dict[tuple[str, str], set[str]], column: str, on: date) -> None:
    issue = Issue.objects.get(pk=made.pk)
    for part in sorted(EVERYBODY):
        user = cast.people.get(part)
        scope = scope_on(user, on)
        offered = {move.name for move in open_moves(issue, user, scope)}
        assert offered == {move for move in MOVES if part in truth[column, move]}, part
        for name, move in MOVES.items():
            said = refusal(issue, move, user, scope)
            assert (said is None) == (name in offered), (part, name)
            assert said is None or said.endswith("。")


@pytest.mark.parametrize(
    ("table", "columns"), [(VILLAGE, STATUSES), (DEPARTMENT, REACHED_AFTER), (SITUATIONS, BEGINNINGS)]
)
def test_every_table_is_complete(table, columns):
    assert set(read(table)) == {(column, move) for column in columns for move in MOVES}
    assert set(STATUSES.values()) == set(Status)
    assert set().union(*PEOPLE.values()) == EVERYBODY


@pytest.mark.parametrize("column", STATUSES)
def test_in_the_village(cast, column):
    made = walk.TO[STATUSES[column]](cast)
    assert made.status == STATUSES[column]
    check(cast, made, read(VILLAGE), column, MONDAY.date())


@pytest.mark.parametrize("column", REACHED_AFTER)
def test_at_a_department(cast, column):
    made = dispatched(cast, column)
    assert made.status == STATUSES[column]
    check(cast, made, read(DEPARTMENT), column, MONDAY.date())


@pytest.mark.parametrize("column", BEGINNINGS)
def test_in_situation(cast, column):
    on = AFTER_PUBLICITY if column in ("over", "obj") else MONDAY.date()
    check(cast, BEGINNINGS[column](cast), read(SITUATIONS), column, on)
