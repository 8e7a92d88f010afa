"""Calendar rows in the database: seeding, importing, a county's own days, missing years, the commands."""

import re
import threading
from datetime import date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.errors import Refused
from workdays.actions import Imported, import_days, set_day
from workdays.arithmetic import ZONE
from workdays.models import CalendarDay, calendar_for, year_warnings
from workdays.seed import FIRST, LAST, library_rows, seed_national
from workdays.sheet import DayRow, read_rows

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)


def load(*rows, **options):
    numbered = [DayRow(number, *row) for number, row in enumerate(rows, 2)]
    return import_days(numbered, by=None, at=AT, **options)


def refusal(*rows, **options):
    with pytest.raises(Refused) as caught:
        load(*rows, **options)
    assert not CalendarDay.objects.exists()
    return caught.value.sentence.splitlines()


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV and gives its path."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "days.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 15, "2026-03-12"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-09-18", 15, "2026-10-15"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-04-30", 5, "2026-05-11"),
    ],
)
def test_the_vectors_hold_on_the_rows_seeded_for_2026(capsys, start, n, expected):
    seed_national([2026])
    call_command("explain_due", start, str(n))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == expected
    assert len(lines) == 2
    assert "放假安排尚未导入" not in lines[1]


def test_explain_due_explains_on_its_second_line(capsys):
    seed_national([2026])
    call_command("explain_due", "2026-09-30", "3")
    assert capsys.readouterr().out.splitlines() == [
        "2026-10-10",
        "9月30日（周三）起算，3个工作日 → 10月10日（周六）18:00到期："
        "跳过10月1日至7日国庆节，10月10日（周六）调休上班计入",
    ]


def test_explain_due_warns_when_the_year_is_not_loaded(capsys):
    call_command("explain_due", "2027-01-04", "2")
    assert capsys.readouterr().out.splitlines() == [
        "2027-01-06",
        "1月4日（周一）起算，2个工作日 → 1月6日（周三）18:00到期；2027年放假安排尚未导入，暂按普通周末推算",
    ]


@pytest.mark.parametrize(
    ("day", "n", "reason"),
    [
        ("2026-02-30", "3", "日期“2026-02-30”不对"),
        ("30.9.2026", "3", "日期“30.9.2026”不对"),
        ("2026-09-30", "three", "工作日数“three”不对"),
        ("2026-09-30", "1.5", "工作日数“1.5”不对"),
        ("2026-09-30", "-1", "期限不能是负数"),
        ("2026-09-30", "10001", "太长"),
        ("2026-09-30", "9" * 5000, "不对"),
        ("0001-01-01", "1", "1年不在可推算的范围"),
    ],
)
def test_explain_due_refuses_bad_input_with_a_sentence(day, n, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("explain_due", day, n)


def test_every_year_of_the_library_can_be_seeded_and_counts_as_loaded():
    seed_national(range(FIRST, LAST + 1))
    assert CalendarDay.objects.loaded_years() == set(range(FIRST, LAST + 1))


def test_seeding_again_changes_nothing_and_keeps_a_correction():
    assert seed_national([2026]) == 39
    CalendarDay.objects.filter(date=date(2026, 10, 10)).delete()
    assert seed_national([2026]) == 0
    assert not calendar_for(None).is_workday(date(2026, 10, 10))


def test_a_year_the_library_does_not_know_is_refused_and_nothing_is_seeded():
    with pytest.raises(Refused, match=rf"没有{LAST + 1}年"):
        seed_national([LAST, LAST + 1])
    assert not CalendarDay.objects.exists()


def test_seeded_names_are_the_ones_people_use():
    names = {row.name for row in library_rows(2026)}
    assert names == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


def test_an_import_adds_corrects_and_leaves_the_rest():
    load(("2027-10-01", "holiday", "国庆"), ("2027-10-02", "holiday", "国庆节"))
    again = load(
        ("2027-10-01", "holiday", "国庆节"),
        ("2027-10-02", "放假", "国庆节"),
        ("2027-10-09", "调休上班", "国庆节"),
    )
    assert again == Imported(added=1, changed=1, removed=0, unchanged=1)
    assert str(CalendarDay.objects.get(date=date(2027, 10, 9))) == "2027年10月9日（周六）国庆节调休上班"


def test_importing_the_same_rows_twice_changes_nothing():
    rows = library_rows(2026)
    import_days(rows, by=None, at=AT)
    assert import_days(rows, by=None, at=AT) == Imported(added=0, changed=0, removed=0, unchanged=39)


def test_a_whole_year_replaces_that_year_and_no_other():
    seed_national([2025, 2026])
    before = CalendarDay.objects.filter(date__year=2025).count()
    assert load(("2026-10-01", "holiday", "国庆节"), whole_year=2026) == Imported(0, 0, 38, 1)
    assert CalendarDay.objects.filter(date__year=2025).count() == before


def test_every_bad_row_is_named_with_its_number_and_reason():
    assert refusal(
        ("2027-10-01", "holiday", "国庆节"),
        ("2027-13-01", "holiday", "国庆节"),
        ("2027/10/02", "holiday", "国庆节"),
        ("1949-10-01", "holiday", "国庆节"),
        ("2027-10-03", "day off", "国庆节"),
        ("2027-10-04", "holiday", ""),
        ("2027-10-05", "holiday", "节" * 31),
        ("2027-10-06", "holiday", "国庆节", "备注"),
        ("2027-10-08", "makeup", "国庆节"),
        ("2027-10-01", "holiday", "国庆节"),
    ) == [
        "第3行：日期“2027-13-01”不对，应写成 2026-10-01 这样",
        "第4行：日期“2027/10/02”不对，应写成 2026-10-01 这样",
        "第5行：年份1949不在2000年至2100年之间",
        "第6行：类型“day off”不对，应为 holiday（放假）或 makeup（调休上班）",
        "第7行：节日名称应有1到30个字",
        "第8行：节日名称应有1到30个字",
        "第9行：多出内容“备注”，每行只应有日期、类型、节日三列",
        "第10行：10月8日（周五）本来就上班，不用登记为调休上班",
        "第11行：10月1日（周五）与第2行重复",
    ]


def test_a_whole_year_takes_no_other_years_days_and_must_be_complete():
    assert refusal(("2026-10-01", "holiday", "国庆节"), whole_year=2027) == ["第2行：2026-10-01不在2027年内"]
    assert refusal(("2027-01-01", "holiday", "元旦"), whole_year=2027) == [
        "2027年的安排里没有10月1日国庆节，看来不完整，请补齐后再导入。"
    ]


def test_an_empty_file_is_refused():
    assert refusal() == ["文件里没有一天放假或调休，请核对是否选错了文件。"]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_give_each_day_once():
    def run():
        try:
            import_days(library_rows(2026), by=None, at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CalendarDay.objects.count() == 39


def test_a_county_row_overrides_the_national_one_only_there():
    seed_national([2026])
    load(("2026-10-08", "holiday", "抗洪"), ("2026-10-10", "holiday", "抗洪"), county_id=7)
    load(("2026-10-07", "makeup", "抗洪"), county_id=8)
    assert calendar_for(7).add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 9)
    assert not calendar_for(7).is_workday(date(2026, 10, 10))
    assert calendar_for(8).add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 7)
    assert calendar_for(None).add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_countys_national_day_does_not_load_the_year():
    load(("2027-10-01", "holiday", "国庆节"), county_id=7)
    assert calendar_for(7).years == frozenset()
    assert CalendarDay.objects.loaded_years() == set()


def test_a_countys_own_arrangement_of_a_year_loads_it_there_alone():
    load(("2027-05-01", "holiday", "劳动节"), ("2027-10-01", "holiday", "国庆节"), county_id=7)
    assert calendar_for(7).years == {2027}
    assert (year_warnings(date(2027, 3, 1), 7), len(year_warnings(date(2027, 3, 1), 8))) == ([], 1)


def test_one_day_of_a_county_is_set_and_given_back(django_user_model):
    seed_national([2026])
    clerk = django_user_model.objects.create_user("13900000001", "林组工")

    def choose(day, kind):
        set_day(day=day, kind=kind, name="抗洪", county_id=7, by=clerk, at=AT)

    for day, kind in ((date(2026, 10, 9), "holiday"), (date(2026, 10, 7), "makeup"), (date(2026, 10, 10), "holiday")):
        choose(day, kind)
        assert calendar_for(7).is_workday(day) == (kind == "makeup")
        assert calendar_for(7).is_workday(day) != calendar_for(None).is_workday(day)
        choose(day, "")
        assert calendar_for(7).is_workday(day) == calendar_for(None).is_workday(day)


@pytest.mark.parametrize(
    ("day", "kind", "said"),
    [
        (1, "holiday", "10月1日（周四）本来就放假"),
        (9, "makeup", "本来就上班"),
        (11, "holiday", "10月11日（周日）本来就放假"),
    ],
)
def test_a_day_that_is_so_already_needs_no_word_of_the_county(django_user_model, day, kind, said):
    seed_national([2026])
    clerk = django_user_model.objects.create_user("13900000001", "林组工")
    with pytest.raises(Refused, match=re.escape(said)):
        set_day(day=date(2026, 10, day), kind=kind, county_id=7, by=clerk, at=AT)


def test_a_whole_year_of_a_county_leaves_the_national_rows():
    seed_national([2026])
    load(("2026-03-03", "holiday", "三月三"), county_id=7, whole_year=2026)
    assert CalendarDay.objects.national().count() == 39


def test_the_database_itself_keeps_one_row_per_day_and_known_kinds():
    seed_national([2026])
    for bad in (
        {"date": date(2026, 10, 1), "kind": "holiday", "name": "国庆节"},
        {"date": date(2027, 10, 1), "kind": "feast", "name": "国庆节"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarDay.objects.create(**bad)


def test_a_calendar_costs_one_query(django_assert_num_queries):
    seed_national([2025, 2026])
    with django_assert_num_queries(1):
        calendar_for(7).due(AT, 5, "workday")


def test_a_changed_row_is_seen_by_the_next_calendar():
    seed_national([2026])
    load(("2026-10-08", "holiday", "国庆节"))
    assert calendar_for(None).add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 9)


def test_next_year_is_asked_for_from_november():
    seed_national([2026])
    assert year_warnings(date(2026, 10, 31)) == []
    assert year_warnings(date(2026, 11, 1)) == [
        "2027年放假安排尚未导入，暂按普通周末推算，请管理员导入国务院公布的安排。"
    ]


def test_this_year_is_asked_for_all_year_round():
    assert year_warnings(date(2027, 3, 1)) == [
        "2027年放假安排尚未导入，暂按普通周末推算，请管理员导入国务院公布的安排。"
    ]


def test_the_command_takes_a_csv_with_or_without_a_byte_order_mark(sheet, capsys):
    text = "date,kind,name\n2027-10-01,holiday,国庆节\n\n2027-10-09,makeup,国庆节\n"
    call_command("import_workdays", sheet(text))
    assert capsys.readouterr().out.splitlines()[0] == "新增2天，更正0天，删除0天，不变0天"
    call_command("import_workdays", sheet(text, "utf-8-sig"))
    assert capsys.readouterr().out.splitlines()[0] == "新增0天，更正0天，删除0天，不变2天"


@time_machine.travel(datetime(2026, 11, 21, 9, 0, tzinfo=ZONE), tick=False)
def test_the_command_seeds_a_year_and_says_what_is_missing(capsys):
    call_command("import_workdays", "--year", "2026")
    assert capsys.readouterr().out.splitlines() == [
        "新增39天，更正0天，删除0天，不变0天",
        "2027年放假安排尚未导入，暂按普通周末推算，请管理员导入国务院公布的安排。",
    ]
    call_command("import_workdays")
    assert capsys.readouterr().out.splitlines()[0] == "新增0天，更正0天，删除0天，不变39天"
    assert set(CalendarDay.objects.values_list("entered_at", flat=True)) == {AT}


def test_the_command_keeps_a_countys_own_days_apart(sheet, capsys):
    call_command("import_workdays", sheet("date,kind,name\n2026-03-03,holiday,三月三\n"), "--county-id", "7")
    assert CalendarDay.objects.get().county_id == 7
    with pytest.raises(CommandError, match="要给出 CSV 文件"):
        call_command("import_workdays", "--year", "2026", "--county-id", "7")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 workbook", "这是 Excel 工作簿"),
        ("date,kind,name\n2027-10-01,holiday,国庆节\n".encode("gbk"), "不是 UTF-8 编码"),
        (b"2027-10-01,holiday,x\n", "第1行应为表头"),
        (b"", "第1行应为表头"),
        (b'date,kind,name\n"2027-10-01,holiday,x\n', "第2行不是正确的 CSV"),
        (b"date,kind,name\n" + b"x" * 1_000_001, "超过 1 MB"),
    ],
)
def test_a_file_that_is_no_arrangement_is_refused_with_a_sentence(content, reason):
    with pytest.raises(Refused, match=reason):
        read_rows(content)


def test_the_command_refuses_with_every_bad_row_and_a_missing_file(sheet, tmp_path):
    with pytest.raises(CommandError, match=r"(?s)第3行：.*第4行："):
        call_command("import_workdays", sheet("date,kind,name\n2027-10-01,holiday,国庆节\nx,y,z\n2027-10-02\n"))
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_workdays", str(tmp_path / "nothing.csv"))
    with pytest.raises(CommandError, match=f"没有{LAST + 1}年"):
        call_command("import_workdays", "--year", str(LAST + 1))
