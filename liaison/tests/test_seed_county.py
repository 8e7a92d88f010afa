"""A small demo county, seeded once for this module, and looked at from all sides."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings

from accounts import normal
from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Role
from grids.check import check_grids
from grids.division_import import import_divisions
from grids.models import Grid, Kind, Posting
from households.load import over_loaded, under_loaded
from households.models import ChoiceRound, Household, Pairing, Programme, Resident, RoundStatus
from issues import events
from issues.models import Issue, RequestEvent, RequestStatus, ServiceRequest, Status
from issues.requests.history import REQUESTS
from issues.requests.sweep import return_untaken
from liaison.seeding.accounts import ACCOUNTS, PASSWORD, listed, open_accounts
from liaison.seeding.seed import Wish, seed_county
from members.actions import add_unit
from members.models import Member, UnitStaff
from notices.models import Notice
from rosters.holes import holes
from rosters.models import DutyLog, DutyRota, DutyShift
from rosters.people import Why
from tallies.models import DailyTally, DirtyDay
from visits.due import drifted
from visits.models import Visit
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=ZONE)
TODAY = NOW.date()
HOUSEHOLDS, MEMBERS = 40, 14


def divisions(folder: Path, head: str = "990001", name: str = "演示县") -> Path:
    file = folder / f"{head}.csv"
    rows = ["code,name", f"{head}000000,{name}", f"{head}100000,水南镇"]
    rows += [f"{head}100201,水口村委会", f"{head}100202,积善村委会"]
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def seed(file: Path, **more: Any) -> list[str]:
    said: list[str] = []
    seed_county(Wish(file, **{"households": HOUSEHOLDS, "members": MEMBERS, **more}), at=NOW, say=said.append)
    return said


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return divisions(tmp_path_factory.mktemp("divisions"))


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker, tmp_path_factory, file) -> Iterator[list[str]]:
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield seed(file)
        transaction.set_rollback(True)


@pytest.fixture
def county(said) -> Grid:
    return Grid.objects.get(kind=Kind.COUNTY)


def test_the_county_has_the_asked_size_and_says_so(county, said):
    assert (Household.objects.count(), Member.objects.count()) == (HOUSEHOLDS, MEMBERS)
    assert any("住户40户" in line for line in said)
    assert said[-1].endswith("完成")
    assert check_grids()[1] == []


def test_everything_is_marked_as_demo(county):
    for model in (User, Member, Household, Resident, Pairing, Visit, Issue):
        assert model.objects.exists()
        assert not model.objects.filter(demo=False).exists()
    assert not Household.objects.exclude(number__startswith="YS").exists()
    assert not Household.objects.exclude(address__startswith="演示·").exists()


def test_personal_values_are_kept_as_the_application_keeps_them(county):
    home = Household.objects.earliest("pk")
    found = Household.objects.get(phone_index=home.phone_index)
    assert (found.phone, found.phone_tail) == (home.phone, home.phone[-4:])
    assert home.initials
    for resident in Resident.objects.all():
        assert normal.id_fault(resident.id_number) is None
        assert resident.id_tail == resident.id_number[-4:]


def test_every_household_is_covered_and_no_member_has_too_few_or_too_many(county):
    assert not Household.objects.uncovered(TODAY).exists()
    paired = Member.objects.filter(pairings__isnull=False)
    assert not under_loaded(paired, TODAY).exists()
    assert not over_loaded(Member.objects.all(), TODAY).exists()


def test_due_dates_are_what_rules_and_visits_say(county):
    assert Visit.objects.count() > 2 * HOUSEHOLDS
    assert drifted(Programme.objects.get(), on=TODAY) == []
    assert not Visit.objects.filter(at__gte=NOW).exists()


def test_every_post_of_the_chain_is_held(county):
    held = set(Posting.objects.active(TODAY).values_list("role", flat=True))
    assert {account.role for account in ACCOUNTS} <= held
    assert UnitStaff.objects.count() == 20
    assert Posting.objects.filter(role=Role.BRANCH_SECRETARY).count() == 2


def test_matters_stand_at_every_status_with_unbroken_histories(county):
    present = set(Issue.objects.values_list("status", flat=True))
    assert set(Status.values) - present == {Status.PUBLICIZING}
    assert list(events.broken()) == []
    assert not Issue.objects.filter(collected_at__gt=NOW).exists()


def test_service_requests_stand_at_every_status_with_unbroken_histories(county):
    assert set(ServiceRequest.objects.values_list("status", flat=True)) == set(RequestStatus.values)
    assert not ServiceRequest.objects.filter(demo=False).exists()
    assert list(REQUESTS.broken()) == []
    assert not RequestEvent.objects.filter(at__gt=NOW).exists()
    assert return_untaken(at=NOW).returned == 0, "what is offered can still be taken"


def test_nobody_is_told_today_of_what_happened_weeks_ago(county):
    assert Notice.objects.exists()
    assert not Notice.objects.filter(state=Notice.State.WAITING).exists()


def test_the_days_are_counted(county):
    assert not DirtyDay.objects.exists()
    assert DailyTally.objects.filter(county_id=county.pk).exists()


def test_only_the_demo_accounts_can_log_in(county):
    users = User.objects.all()
    assert sum(user.has_usable_password() for user in users) == len(ACCOUNTS)
    clerk = User.objects.get_by_natural_key("199 0000 0003")
    assert clerk.check_password(PASSWORD)
    assert clerk.postings.get().role == Role.TOWN_CLERK


def test_the_demo_accounts_are_listed_with_place_phone_and_what_to_look_at(county, capsys):
    call_command("demo_accounts")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(ACCOUNTS)
    assert lines[3].startswith(f"19900000004  密码 {PASSWORD}  演示县水南镇水口村支部书记 ")
    assert "水利局部门承办人" in lines[6]


def test_a_changed_password_is_not_told_as_the_old_one(county):
    user = User.objects.exclude(password__startswith="!").earliest("pk")
    user.set_password("something-else-2026")
    user.save()
    assert sum("密码已改" in line for line in listed()) == 1


def test_a_second_run_changes_nothing_and_says_so(county, file):
    before = Household.objects.aggregate(Count("pk")), Visit.objects.count(), Issue.objects.count()
    assert "已经在了：住户40户，没有改动" in seed(file)[0]
    assert (Household.objects.aggregate(Count("pk")), Visit.objects.count(), Issue.objects.count()) == before


def test_a_second_county_stands_beside_with_other_people_and_phones(county, tmp_path):
    seed(divisions(tmp_path, "990002", "邻县"), profile="heping")
    assert len(listed()) == 2 * len(ACCOUNTS)
    assert Issue.objects.filter(county_id=county.pk).exists()
    neighbour = Grid.objects.get(kind=Kind.COUNTY, name="邻县")
    assert neighbour.levels.get(kind="village").name
    assert User.objects.get(phone_index=_index("19900000101")).postings.get().county_id == neighbour.pk


def _index(phone: str) -> str:
    user = User(name="")
    user.set_phone(phone)
    return user.phone_index


def test_no_known_password_in_a_county_with_real_people(county, file):
    home = Household.objects.earliest("pk")
    Household.objects.filter(pk=home.pk).update(demo=False)
    with pytest.raises(Refused, match="有真实住户，不能设置演示账号"):
        open_accounts(county, Grid.objects.get(name="水口村"), block=0, on=TODAY)
    with pytest.raises(Refused, match="有真实住户"):
        seed(file)


def test_a_county_in_which_somebody_already_works_is_left_alone(county, tmp_path):
    file = divisions(tmp_path, "990005", "新县")
    import_divisions(file.read_bytes(), by=None, on=TODAY)
    new = Grid.objects.get(name="新县")
    add_unit(county=new, name="水利局", by=None)
    with pytest.raises(Refused, match="新县已有部门1个，不能再生成演示数据"):
        seed(file)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "二者选一"),
        (["jiangle", "--divisions", "x.csv"], "二者选一"),
        (["--divisions", "x.csv"], "还要给出 --households 和 --members"),
        (["--divisions", "nowhere.csv", "--households", "40", "--members", "14"], "读不了文件 nowhere.csv"),
    ],
)
def test_a_wrong_call_is_answered_with_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("seed_county", *arguments)


def test_an_unknown_profile_and_two_counties_in_one_file_are_refused(tmp_path):
    file = divisions(tmp_path, "990003")
    size = ["--households", "40", "--members", "14"]
    with pytest.raises(CommandError, match="没有名为"):
        call_command("seed_county", "--divisions", str(file), *size, "--profile", "nope")
    file.write_text(file.read_text(encoding="utf-8") + "\n990004000000,又一县\n", encoding="utf-8")
    with pytest.raises(CommandError, match="一次只能生成一个县，文件里有2个"):
        call_command("seed_county", "--divisions", str(file), *size)


def test_demo_accounts_without_a_demo_county_says_what_to_run():
    User.objects.update(demo=False)
    with pytest.raises(CommandError, match="请先运行"):
        call_command("demo_accounts")


def test_the_demo_village_is_deciding_on_a_round(county):
    round = ChoiceRound.objects.get()
    assert (round.status, round.county_id) == (RoundStatus.DECIDING, county.pk)
    run = round.runs.get()
    assert (run.state, run.gap, run.figures["uncovered"]) == ("done", 0, [])
    assert round.pairs.filter(member=None).count() == 0
    assert round.ballots.filter(member__isnull=False).exists()
    assert round.ballots.filter(household__isnull=False).exists()
    assert set(round.rulings.values_list("kind", flat=True)) == {"pin", "choose"}
    assert not Notice.objects.filter(kind="round", state=Notice.State.WAITING).exists()


def test_the_demo_town_and_its_villages_keep_duty_since_monday_with_one_empty_slot(county, said):
    rotas = DutyRota.objects.filter(county_id=county.pk)
    assert sorted(rotas.values_list("grid__name", "kind")) == [
        ("水南镇", "after_hours"),
        ("水口村", "counsel"),
        ("水口村", "village"),
        ("积善村", "village"),
    ]
    shifts = DutyShift.objects.filter(county_id=county.pk)
    assert shifts.filter(demo=False).count() == 0
    assert shifts.order_by("day").values_list("day", flat=True)[0] == date(2026, 11, 16)
    assert [one.why for one in holes(shifts, NOW)] == [Why.VACANT]
    assert DutyLog.objects.get().written_by == DutyLog.objects.get().shift.user
    assert f"值班{shifts.count()}班" in " ".join(said)
