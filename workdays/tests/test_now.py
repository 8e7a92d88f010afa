"""The one clock, and its demo offset kept in a file."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.errors import Refused
from workdays.now import advance, now, offset, reset, today


@pytest.fixture
def clock(settings, tmp_path):
    """A demo clock file that does not exist yet."""
    settings.CLOCK_FILE = str(tmp_path / "state" / "clock")
    return tmp_path / "state" / "clock"


@pytest.fixture
def no_clock(settings):
    settings.CLOCK_FILE = ""


@pytest.fixture(autouse=True)
def _saturday_evening_in_shanghai():
    with time_machine.travel(datetime(2026, 11, 20, 17, 30, tzinfo=UTC), tick=False):
        yield


def said(capsys, *command):
    call_command(*command)
    return capsys.readouterr().out.splitlines()


def test_now_is_local_and_aware(no_clock):
    assert now().isoformat() == "2026-11-21T01:30:00+08:00"
    assert today().isoformat() == "2026-11-21"


def test_without_a_file_the_demo_clock_shows_the_real_time(clock):
    assert offset() == timedelta(0)
    assert now().isoformat() == "2026-11-21T01:30:00+08:00"


def test_the_file_holds_the_seconds_to_add(clock):
    clock.parent.mkdir()
    clock.write_text("3600.0\n")
    assert now().isoformat() == "2026-11-21T02:30:00+08:00"


def test_advancing_adds_up_and_leaves_nothing_but_the_clock_file(clock):
    assert advance(86_400) == timedelta(days=1)
    assert advance(3_600) == timedelta(days=1, hours=1)
    assert now().isoformat() == "2026-11-22T02:30:00+08:00"
    assert [path.name for path in clock.parent.iterdir()] == ["clock"]


def test_reset_returns_to_the_real_time_and_may_be_repeated(clock):
    advance(86_400)
    reset()
    reset()
    assert now().isoformat() == "2026-11-21T01:30:00+08:00"


@pytest.mark.parametrize("seconds", [0, -1])
def test_the_demo_clock_never_runs_backwards(clock, seconds):
    with pytest.raises(Refused, match="只能往前拨"):
        advance(seconds)


def test_the_demo_clock_stops_at_ten_years(clock):
    advance(3650 * 86_400)
    with pytest.raises(Refused, match="最多拨快 3650 天"):
        advance(1)


@pytest.mark.parametrize("broken", ["", "morgen", "nan", "inf", "1e300", "三天"])
def test_a_broken_clock_file_says_how_to_mend_it(clock, broken):
    clock.parent.mkdir()
    clock.write_text(broken)
    with pytest.raises(ImproperlyConfigured, match="demo_clock --reset"):
        now()


def test_no_clock_file_setting_refuses_to_advance(no_clock):
    with pytest.raises(Refused, match="LIAISON_CLOCK"):
        advance(60)


def test_the_command_shows_advances_and_resets(clock, capsys):
    assert said(capsys, "demo_clock") == [
        "现在是 2026年11月21日（周六） 01:30:00",
        "演示时钟未拨动，就是真实时间",
    ]
    assert said(capsys, "demo_clock", "--forward", "3d") == [
        "现在是 2026年11月24日（周二） 01:30:00",
        "演示时钟已拨快3天",
    ]
    assert said(capsys, "demo_clock", "--forward", "5h10m")[1] == "演示时钟已拨快3天5小时10分"
    assert said(capsys, "demo_clock", "--reset")[1] == "演示时钟未拨动，就是真实时间"


def test_the_command_mends_a_broken_file(clock, capsys):
    clock.parent.mkdir()
    clock.write_text("morgen")
    assert said(capsys, "demo_clock", "--reset")[1] == "演示时钟未拨动，就是真实时间"


@pytest.mark.parametrize("arguments", [[], ["--forward", "3d"], ["--reset"]])
def test_the_command_refuses_where_there_is_no_demo_clock(no_clock, arguments):
    with pytest.raises(CommandError, match="没有启用演示时钟"):
        call_command("demo_clock", *arguments)


@pytest.mark.parametrize("text", ["3", "d", "3w", "3d 5h", "-3d", "three", ""])
def test_the_command_refuses_a_span_it_cannot_read(clock, text):
    with pytest.raises(CommandError, match="看不懂"):
        call_command("demo_clock", f"--forward={text}")


def test_a_span_of_nothing_is_refused(clock):
    with pytest.raises(CommandError, match="只能往前拨"):
        call_command("demo_clock", "--forward", "0d")
