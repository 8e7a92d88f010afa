"""The vectors of domain.md §6 by hand, a day-by-day oracle, and invariant I11."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workdays.arithmetic import CLOSING, PLAIN_WEEK, ZONE, Calendar, spell, unloaded_sentence


def days(month, first, last, name):
    return {date(2026, month, day): name for day in range(first, last + 1)}


CHINA_2026 = Calendar(
    holidays={
        **days(1, 1, 3, "元旦"),
        **days(2, 15, 23, "春节"),
        **days(4, 4, 6, "清明节"),
        **days(5, 1, 5, "劳动节"),
        **days(6, 19, 21, "端午节"),
        **days(9, 25, 27, "中秋节"),
        **days(10, 1, 7, "国庆节"),
    },
    makeup={
        date(2026, 1, 4): "元旦",
        date(2026, 2, 14): "春节",
        date(2026, 2, 28): "春节",
        date(2026, 5, 9): "劳动节",
        date(2026, 9, 20): "国庆节",
        date(2026, 10, 10): "国庆节",
    },
    years=frozenset({2026}),
)


def morning(day):
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZONE)


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
def test_the_vectors_of_the_domain_hold(start, n, expected):
    assert CHINA_2026.add_workdays(date.fromisoformat(start), n) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday counts from Monday, which is day 1
        ("2026-11-22", 1, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-10-03", 1, "2026-10-08"),  # inside the holiday
        ("2026-10-07", 3, "2026-10-10"),
        ("2026-11-20", 0, "2026-11-20"),  # a working day is its own day 0
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-10-01", 0, "2026-10-08"),
        ("2026-10-10", 0, "2026-10-10"),
        ("2026-10-12", -1, "2026-10-10"),
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-10-05", -1, "2026-09-30"),
    ],
)
def test_starts_on_days_off_zero_and_backwards_are_defined(start, n, expected):
    assert CHINA_2026.add_workdays(date.fromisoformat(start), n) == date.fromisoformat(expected)


def test_make_up_saturdays_are_workdays_and_holidays_are_not():
    assert CHINA_2026.is_workday(date(2026, 10, 10))
    assert not CHINA_2026.is_workday(date(2026, 10, 1))
    assert not CHINA_2026.is_workday(date(2026, 10, 11))
    assert CHINA_2026.is_workday(date(2026, 10, 12))


def test_workdays_between_excludes_the_first_day_and_includes_the_last():
    assert CHINA_2026.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert CHINA_2026.workdays_between(date(2026, 10, 10), date(2026, 9, 30)) == -3
    assert CHINA_2026.workdays_between(date(2026, 10, 1), date(2026, 10, 1)) == 0


def test_a_due_date_ends_at_six_in_the_evening_local_time():
    due = CHINA_2026.due(morning(date(2026, 9, 30)), 3, "workday")
    assert due.at == datetime(2026, 10, 10, 18, 0, tzinfo=ZONE)
    assert due.at.utcoffset() == timedelta(hours=8)


def test_the_local_day_counts_not_the_utc_day():
    late_in_london = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)  # 30 September 00:30 in Shanghai
    assert CHINA_2026.due(late_in_london, 3, "workday").at.date() == date(2026, 10, 10)


def test_zero_workdays_are_today_until_six_and_then_the_next_working_day():
    assert CHINA_2026.due(datetime(2026, 9, 29, 17, 59, tzinfo=ZONE), 0, "workday").at.date() == date(2026, 9, 29)
    assert CHINA_2026.due(datetime(2026, 9, 29, 18, 0, tzinfo=ZONE), 0, "workday").at.date() == date(2026, 9, 30)
    assert CHINA_2026.due(datetime(2026, 9, 30, 20, 0, tzinfo=ZONE), 0, "workday").at.date() == date(2026, 10, 8)
    assert CHINA_2026.due(datetime(2026, 10, 7, 20, 0, tzinfo=ZONE), 0, "workday").at.date() == date(2026, 10, 8)


def test_hours_are_natural_hours():
    due = CHINA_2026.due(datetime(2026, 9, 30, 23, 15, tzinfo=ZONE), 2, "hour")
    assert due.at == datetime(2026, 10, 1, 1, 15, tzinfo=ZONE)
    assert due.sentence == (
        "9月30日（周三）23:15起算，2小时 → 10月1日（周四）01:15到期：按自然时间连续计算，含夜间和节假日"
    )


def test_whole_days_of_hours_are_said_in_days():
    due = CHINA_2026.due(morning(date(2026, 9, 5)), 720, "hour")
    assert due.at == datetime(2026, 10, 5, 9, 30, tzinfo=ZONE)
    assert due.sentence.startswith("9月5日（周六）09:30起算，30天 → 10月5日（周一）09:30到期")


@pytest.mark.parametrize(
    ("start", "n", "sentence"),
    [
        (
            "2026-09-30",
            3,
            "9月30日（周三）起算，3个工作日 → 10月10日（周六）18:00到期："
            "跳过10月1日至7日国庆节，10月10日（周六）调休上班计入",
        ),
        (
            "2026-09-18",
            15,
            "9月18日（周五）起算，15个工作日 → 10月15日（周四）18:00到期："
            "跳过9月25日至27日中秋节、10月1日至7日国庆节、周末2天，9月20日（周日）、10月10日（周六）调休上班计入",
        ),
        ("2026-11-20", 1, "11月20日（周五）起算，1个工作日 → 11月23日（周一）18:00到期：跳过周末2天"),
        ("2026-11-23", 1, "11月23日（周一）起算，1个工作日 → 11月24日（周二）18:00到期"),
        ("2026-11-23", 0, "11月23日（周一）起算，限当日 → 11月23日（周一）18:00到期"),
        (
            "2026-10-03",
            1,
            "10月3日（周六）起算，1个工作日 → 10月8日（周四）18:00到期：跳过10月4日至7日国庆节",
        ),
        (
            "2026-12-31",
            1,
            "12月31日（周四）起算，1个工作日 → 2027年1月1日（周五）18:00到期；2027年放假安排尚未导入，暂按普通周末推算",
        ),
    ],
)
def test_every_due_date_explains_itself(start, n, sentence):
    assert CHINA_2026.due(morning(date.fromisoformat(start)), n, "workday").sentence == sentence


def test_a_holiday_across_new_year_names_the_year():
    calendar = Calendar({date(2026, 12, 31): "元旦", date(2027, 1, 1): "元旦"}, {}, frozenset({2026, 2027}))
    assert "跳过12月31日至1月1日元旦、周末2天" in calendar.due(morning(date(2026, 12, 30)), 1, "workday").sentence


def test_years_without_an_arrangement_are_named_as_spans():
    assert unloaded_sentence([]) == ""
    assert unloaded_sentence([2030, 2027, 2028]) == "2027年至2028年、2030年放假安排尚未导入，暂按普通周末推算"


def test_a_date_is_spelled_with_its_weekday():
    assert spell(date(2026, 11, 21)) == "11月21日（周六）"
    assert spell(date(2027, 1, 4), since=date(2026, 12, 31)) == "2027年1月4日（周一）"


def test_a_huge_number_is_counted_without_a_loop_and_an_absurd_one_is_refused():
    assert PLAIN_WEEK.add_workdays(date(2026, 11, 20), 10_000) == date(2026, 11, 20) + timedelta(weeks=2000)
    with pytest.raises(ValueError, match="期限10001个工作日太长"):
        PLAIN_WEEK.add_workdays(date(2026, 11, 20), 10_001)
    with pytest.raises(ValueError, match="期限10001个工作日太长"):
        PLAIN_WEEK.add_workdays(date(2026, 11, 20), -10_001)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "reason"),
    [
        (datetime(2026, 11, 20, tzinfo=ZONE), -1, "workday", "期限不能是负数"),
        (datetime(2026, 11, 20, tzinfo=ZONE), 1, "week", "不认识的期限单位“week”"),
        (datetime(2026, 11, 20), 1, "workday", "缺少时区"),  # noqa: DTZ001
        (datetime(9999, 12, 31, tzinfo=ZONE), 1, "workday", "9999年不在可推算的范围"),
        (datetime(2026, 11, 20, tzinfo=ZONE), 10**9, "hour", "太长"),
    ],
)
def test_a_senseless_limit_is_refused_with_a_sentence(start, amount, unit, reason):
    with pytest.raises(ValueError, match=reason):
        CHINA_2026.due(start, amount, unit)


def test_a_day_cannot_be_both_off_and_made_up():
    with pytest.raises(ValueError, match=r"10月1日（周四）既登记为放假又登记为调休上班"):
        Calendar({date(2026, 10, 1): "国庆节"}, {date(2026, 10, 1): "国庆节"})


dates = st.dates(date(2025, 10, 1), date(2027, 3, 1))
exceptions = st.dictionaries(dates, st.sampled_from(["放假", "上班"]), max_size=60)
amounts = st.integers(0, 80)


def calendar_of(kinds):
    return Calendar(
        {day: "某节" for day, kind in kinds.items() if kind == "放假"},
        {day: "某节" for day, kind in kinds.items() if kind == "上班"},
    )


def stepped(calendar, day, n):
    """The same answer, found by walking."""
    step = timedelta(days=1 if n >= 0 else -1)
    if n == 0:
        while not calendar.is_workday(day):
            day += step
    for _ in range(abs(n)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return day


@given(exceptions, dates, st.integers(-80, 80))
def test_closed_form_counting_agrees_with_walking_day_by_day(kinds, start, n):
    calendar = calendar_of(kinds)
    assert calendar.add_workdays(start, n) == stepped(calendar, start, n)


@given(exceptions, dates, st.integers(1, 80))
def test_adding_and_counting_are_inverse(kinds, start, n):
    calendar = calendar_of(kinds)
    assert calendar.workdays_between(start, calendar.add_workdays(start, n)) == n


@given(exceptions, dates, dates, amounts, st.integers(0, 23))
def test_i11_a_day_off_added_never_moves_a_due_date_earlier(kinds, start, added, n, hour):
    begun = datetime(start.year, start.month, start.day, hour, tzinfo=ZONE)
    before = calendar_of(kinds).due(begun, n, "workday").at
    assert calendar_of({**kinds, added: "放假"}).due(begun, n, "workday").at >= before


@given(exceptions, dates, dates, amounts, st.integers(0, 23))
def test_i11_a_make_up_workday_added_never_moves_a_due_date_later(kinds, start, added, n, hour):
    begun = datetime(start.year, start.month, start.day, hour, tzinfo=ZONE)
    before = calendar_of(kinds).due(begun, n, "workday").at
    assert calendar_of({**kinds, added: "上班"}).due(begun, n, "workday").at <= before


@given(exceptions, dates, amounts, st.integers(0, 23))
def test_no_deadline_lies_before_its_start_or_on_a_day_off(kinds, start, n, hour):
    calendar = calendar_of(kinds)
    begun = datetime(start.year, start.month, start.day, hour, tzinfo=ZONE)
    due = calendar.due(begun, n, "workday")
    assert due.at >= begun
    assert calendar.is_workday(due.at.date())
    assert due.sentence


@given(exceptions, dates, st.integers(1, 80), st.integers(0, 23))
def test_the_warning_comes_when_four_fifths_are_gone(kinds, start, n, hour):
    calendar, begun = calendar_of(kinds), datetime(start.year, start.month, start.day, hour, tzinfo=ZONE)
    due = calendar.due(begun, n, "workday").at
    warned = calendar.warning(begun, due, "workday")
    assert begun < warned < due
    if n > 1:
        assert warned == datetime.combine(calendar.add_workdays(start, n * 4 // 5), CLOSING, ZONE)
        assert calendar.workdays_between(warned.date(), due.date()) >= 1


@given(dates, st.integers(1, 200))
def test_the_warning_of_hours_is_by_the_clock(start, n):
    begun = morning(start)
    assert PLAIN_WEEK.warning(begun, begun + timedelta(hours=n), "hour") == begun + timedelta(minutes=48 * n)
