"""Importing households and the people in them."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from exchange.actions import import_checked
from exchange.models import Job
from exchange.tests.cast import (
    NOON,
    OTHER_CELL,
    TODAY,
    Office,
    done,
    household_book,
    id_number,
    resident_row,
)
from households.actions import add_tag
from households.models import Household, HouseholdTag, Pairing, Resident, Tag
from visits.actions import begin_pairing, change_rule

pytestmark = pytest.mark.django_db
WIFE = id_number(2)
HEAD = id_number(1)


@pytest.fixture
def office():
    return Office()


def test_a_household_comes_in_with_everything_its_row_says(office):
    cells = {"电话": "138 0013 8000", "地址": "水口村3组\n12号", "类型": "家庭户", "标签": "低保、残疾"}
    row = office.household_row("001", "单 雄信", **cells, 纬度=26.7, 经度="117.4")
    done(office.imported(household_book([row])), created=1)
    household = Household.objects.get()
    cell = office["甲镇/1村/一格"]
    assert (household.number, household.head_name, household.initials) == ("001", "单雄信", "sxx")
    assert (household.phone, household.phone_tail) == ("13800138000", "8000")
    assert (household.address, household.kind) == ("水口村3组 12号", "family")
    assert (household.lat, household.lng) == (26.7, 117.4)
    assert (household.grid_id, household.town_id) == (cell.pk, cell.town_id)
    assert (household.created_at, household.demo, len(household.public_code)) == (NOON, False, 22)
    assert set(household.tags.values_list("tag", "since", "until")) == {
        ("low_income", TODAY, None),
        ("disabled", TODAY, None),
    }


def test_an_imported_household_is_found_by_its_phone_like_one_entered_by_hand(office):
    by_hand = office.household(phone="13800138000")
    done(office.imported(household_book([office.household_row("001", 电话="13800138000")])), created=1)
    assert Household.objects.filter(phone_index=by_hand.phone_index).count() == 2


def test_phones_and_id_numbers_are_ciphertext_in_the_database(office):
    residents = [resident_row("001", "李水根", 身份证号=HEAD, 电话="13800138000")]
    done(office.imported(household_book([office.household_row("001", 电话="13800138000")], residents)), created=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT h.phone, r.phone, r.id_number FROM households_household h, households_resident r")
        assert all(value.startswith("aes.k1.") for value in cursor.fetchone())


def test_blank_cells_of_a_new_household_take_the_defaults(office):
    done(office.imported(household_book([office.household_row("001")])), created=1)
    household = Household.objects.get()
    assert (household.kind, household.phone, household.phone_index, household.address) == ("family", "", "", "")
    assert (household.lat, household.tags.count()) == (None, 0)


def test_a_grid_may_be_named_by_its_full_name_with_or_without_the_county(office):
    full_name = office["甲镇/1村/一格"].full_name
    short = full_name.removeprefix(office[""].full_name)
    rows = [office.household_row("1", 网格代码=full_name), office.household_row("2", 网格代码=short)]
    done(office.imported(household_book(rows)), created=2)
    assert {household.grid_id for household in Household.objects.all()} == {office["甲镇/1村/一格"].pk}


def test_the_same_file_again_changes_nothing(office):
    cells = {"电话": "13800138000", "地址": "3组", "标签": "低保", "纬度": 26.7, "经度": 117.4}
    residents = [
        resident_row("001", "李水根", 与户主关系="户主", 身份证号=HEAD, 电话="13800138000", 人户一致="否"),
        resident_row("001", "黄秀英", 性别="女"),
    ]
    content = household_book([office.household_row("001", **cells)], residents)
    done(office.imported(content), created=3)
    before = list(Household.objects.values()), list(Resident.objects.values()), list(HouseholdTag.objects.values())
    again = done(office.imported(content))
    assert "没有变化" in again.message
    assert before == (
        list(Household.objects.values()),
        list(Resident.objects.values()),
        list(HouseholdTag.objects.values()),
    )


def test_a_known_number_is_updated_and_blank_cells_keep_what_is_there(office):
    known = office.household("李水根", number="001", phone="13800138000", address="老屋", lat=26.7, lng=117.4)
    done(office.imported(household_book([office.household_row("001", "李水生", 地址="新屋")])), updated=1)
    known.refresh_from_db()
    assert (known.head_name, known.initials, known.address) == ("李水生", "lss", "新屋")
    assert (known.phone, known.lat, known.lng) == ("13800138000", 26.7, 117.4)


def test_the_former_state_is_kept_with_who_imported(office):
    office.household("李水根", number="001")
    job = done(office.imported(household_book([office.household_row("001", "李水生")])), updated=1)
    (event,) = apps.get_model("households", "HouseholdEvent").objects.select_related("pgh_context")
    assert event.pgh_context.metadata == {"verb": "import", "by": office.officer.pk, "job": job.pk}


def test_a_new_phone_replaces_the_old_one_and_the_same_phone_does_not_count(office):
    known = office.household(number="001", phone="13800138000")
    done(office.imported(household_book([office.household_row("001", 电话="138-0013-8000")])))
    done(office.imported(household_book([office.household_row("001", 电话="13900139000")])), updated=1)
    known.refresh_from_db()
    assert (known.phone, known.phone_tail) == ("13900139000", "9000")


def test_a_filled_tag_cell_is_all_the_tags_in_force(office):
    known = office.household(number="001")
    for tag in (Tag.LOW_INCOME, Tag.DISABLED):
        add_tag(household=known, tag=tag, on=TODAY - timedelta(days=30), by=None)
    done(office.imported(household_book([office.household_row("001", 标签="残疾，独居老人")])), updated=1)
    assert set(known.tags.values_list("tag", "until")) == {
        ("low_income", TODAY),
        ("disabled", None),
        ("old_alone", None),
    }


def test_a_blank_tag_cell_keeps_the_tags_and_the_word_none_ends_them(office):
    known = office.household(number="001")
    add_tag(household=known, tag=Tag.LOW_INCOME, on=TODAY - timedelta(days=30), by=None)
    done(office.imported(household_book([office.household_row("001")])))
    assert known.tags.filter(until=None).count() == 1
    done(office.imported(household_book([office.household_row("001", 标签="无")])), updated=1)
    assert known.tags.filter(until=None).count() == 0


def test_due_dates_follow_a_tag_that_comes_in(office):
    change_rule(programme=office.programme, tag="", interval_days=90, on=TODAY, by=None)
    change_rule(programme=office.programme, tag=Tag.LOW_INCOME, interval_days=30, on=TODAY, by=None)
    pairing = begin_pairing(
        member=office.member(),
        household=office.household(number="001"),
        programme=office.programme,
        on=TODAY,
        by=None,
    )
    done(office.imported(household_book([office.household_row("001", 标签="低保")])), updated=1)
    pairing.refresh_from_db()
    assert pairing.next_due_on == TODAY + timedelta(days=30)


def test_a_household_that_moves_takes_its_pairing_along(office):
    known = office.household(number="001")
    pairing = office.paired(office.member(), known)
    row = office.household_row("001", 网格代码=office.code(OTHER_CELL))
    done(office.imported(household_book([row])), updated=1)
    other = office[OTHER_CELL]
    assert Household.objects.get().grid_id == Pairing.objects.get(pk=pairing.pk).grid_id == other.pk


def test_people_come_in_with_their_household(office):
    residents = [
        resident_row("001", "李水根", 与户主关系="户主", 身份证号=HEAD.lower(), 电话="13800138000"),
        resident_row("001", "黄秀英", 与户主关系="妻", 身份证号=WIFE, 人户一致="否"),
        resident_row("001", "李小军", 与户主关系="长子"),
    ]
    job = done(office.imported(household_book([office.household_row("001")], residents)), created=4)
    assert "住户新增1户" in job.message
    assert "家庭成员新增3人" in job.message
    head, wife, son = Resident.objects.order_by("pk")
    assert (head.relation, head.sex, head.id_number, head.id_tail) == ("0", "1", HEAD, HEAD[-4:])
    assert (head.phone, head.registered_here, head.demo) == ("13800138000", True, False)
    assert (wife.relation, wife.sex, wife.registered_here) == ("1", "2", False)
    assert (son.relation, son.sex, son.id_number, son.id_index) == ("2", "0", "", "")


def test_a_person_is_known_by_the_id_number_and_moves_with_it(office):
    first = household_book(
        [office.household_row("001"), office.household_row("002")], [resident_row("001", "黄秀英", 身份证号=WIFE)]
    )
    done(office.imported(first), created=3)
    moved = household_book([office.household_row("002")], [resident_row("002", "黄秀瑛", 身份证号=WIFE)])
    done(office.imported(moved), updated=1)
    person = Resident.objects.get()
    assert (person.household.number, person.name) == ("002", "黄秀瑛")


def test_a_person_without_id_number_is_known_by_the_name_and_gains_the_number_later(office):
    done(office.imported(household_book([office.household_row("001")], [resident_row("001", "黄秀英")])), created=2)
    later = [resident_row("001", "黄秀英", 身份证号=WIFE, 电话="13900139000")]
    done(office.imported(household_book([office.household_row("001")], later)), updated=1)
    person = Resident.objects.get()
    assert (person.id_number, person.sex, person.phone) == (WIFE, "2", "13900139000")


def test_people_not_in_the_file_stay(office):
    people = [resident_row("001", "黄秀英"), resident_row("001", "李小军", 与户主关系="子")]
    done(office.imported(household_book([office.household_row("001")], people)), created=3)
    done(office.imported(household_book([office.household_row("001")], people[:1])))
    assert Resident.objects.count() == 2


def test_people_may_join_a_household_that_is_only_in_the_system(office):
    office.household(number="009")
    done(office.imported(household_book([office.household_row("001")], [resident_row("009", "黄秀英")])), created=2)


def test_an_enterprise_comes_in(office):
    done(office.imported(household_book([office.household_row("E1", "将乐县 竹业有限公司", 类型="企业")])), created=1)
    assert Household.objects.values_list("kind", "head_name").get() == ("enterprise", "将乐县竹业有限公司")


def test_full_width_digits_are_read(office):
    row = office.household_row("001", 电话="13800138000", 网格代码=office.code().translate(FULL_WIDTH))
    done(office.imported(household_book([row])), created=1)
    household = Household.objects.get()
    assert (household.number, household.phone) == ("001", "13800138000")


FULL_WIDTH = {ord("0") + digit: chr(ord("0") + digit) for digit in range(10)}


def test_a_calculated_formula_counts_as_what_it_shows(office):
    done(office.imported(household_book([office.household_row("001", 地址=('="水口"&"村"', "水口村"))])), created=1)
    assert Household.objects.get().address == "水口村"


def test_a_trial_run_tells_what_would_happen_and_writes_nothing(office):
    office.household("李水根", number="001")
    rows = [office.household_row("001", "李水生"), office.household_row("002")]
    job = office.imported(household_book(rows, [resident_row("002", "黄秀英")]), dry_run=True)
    assert (job.state, job.created, job.updated) == (Job.State.CHECKED, 2, 1)
    assert "还没有写入" in job.message
    assert [household.head_name for household in Household.objects.all()] == ["李水根"]
    assert not Resident.objects.exists()


def test_a_passed_trial_run_becomes_the_import(office):
    from exchange.run import run

    job = office.imported(household_book([office.household_row("001")]), dry_run=True)
    import_checked(job=job, by=office.officer, at=NOON)
    run(job.pk, at=NOON)
    job.refresh_from_db()
    done(job, created=1)


def test_a_town_clerk_imports_into_the_own_town(office):
    done(office.imported(household_book([office.household_row("001")]), by=office.clerk_here), created=1)


def test_counties_have_their_own_numbers(office):
    other = Office(2)
    done(office.imported(household_book([office.household_row("001")])), created=1)
    done(other.imported(household_book([other.household_row("001")])), created=1)
    assert Household.objects.filter(number="001").count() == 2
