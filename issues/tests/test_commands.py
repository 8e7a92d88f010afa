"""The commands of the register, as an administrator runs them."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from issues import states, tasks
from issues.models import Issue, RequestStatus, Status
from issues.requests.workflow import TABLE as REQUEST_TABLE
from issues.tests import request_walk, walk
from issues.workflow import TABLE

pytestmark = pytest.mark.django_db
FRESH = "docs/issue-states.md 与流转表一致\ndocs/request-states.md 与流转表一致\ndocs/round-states.md 与流转表一致\n"


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out)
    return out.getvalue()


def tamper(sql: str, *parameters) -> None:
    """As the database's owner could: triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE issues_issueevent DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)


def test_a_true_history_is_counted_and_confirmed(cast):
    walk.closed(cast)
    request_walk.rated(cast)
    said = "事项 1 件，记录 7 条\n点单 1 件，记录 5 条\n全部相连、未被改动，重演与现状一致\n"
    assert run("verify_events") == said


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE issues_issueevent SET note = '改过' WHERE issue_id = %s AND seq = 3", "第3条记录：内容被改动"),
        (
            "UPDATE issues_issueevent SET at = at - interval '1 day' WHERE issue_id = %s AND seq = 2",
            "第2条记录：内容被改动",
        ),
        ("DELETE FROM issues_issueevent WHERE issue_id = %s AND seq = 2", "第3条记录：编号不连续、与上一条不相连"),
        ("DELETE FROM issues_issueevent WHERE issue_id = %s AND seq = 7", "按记录重演与现状不符："),
        ("UPDATE issues_issue SET due_at = due_at + interval '1 s' WHERE id = %s", "按记录重演与现状不符：due_at"),
        ("UPDATE issues_issue SET handler_id = reporter_id WHERE id = %s", "按记录重演与现状不符：handler_id"),
        ("DELETE FROM issues_issueevent WHERE issue_id = %s", "按记录重演与现状不符："),
    ],
)
def test_whatever_is_tampered_with_is_named(cast, sql, said):
    issue = walk.reported(cast) if "due_at" in sql else walk.closed(cast)
    tamper(sql, issue.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 件事项的记录有问题"):
        call_command("verify_events", stdout=out, stderr=out)
    assert f"事项 {issue.pk}：{said}" in out.getvalue()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE issues_requestevent SET note = '改过' WHERE request_id = %s AND seq = 2", "第2条记录：内容被改动"),
        ("UPDATE issues_servicerequest SET rating = 'fair' WHERE id = %s", "按记录重演与现状不符：rating"),
        ("UPDATE issues_servicerequest SET wanted_on = now() WHERE id = %s", "按记录重演与现状不符：wanted_on"),
    ],
)
def test_a_request_that_is_tampered_with_is_named_too(cast, sql, said):
    request = request_walk.rated(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE issues_requestevent DISABLE TRIGGER USER")
        cursor.execute(sql, [request.pk])
    out = StringIO()
    with pytest.raises(CommandError, match="1 件点单的记录有问题"):
        call_command("verify_events", stdout=out, stderr=out)
    assert f"点单 {request.pk}：{said}" in out.getvalue()


def test_the_sweep_says_what_it_did(cast):
    walk.processing(cast)
    assert run("escalate_overdue", "--at", "2026-11-12T09:00") == "上报 1 件\n无上级可报、已报告县领导 0 件\n"
    assert run("escalate_overdue", "--at", "2026-11-12T09:00").startswith("上报 0 件\n")
    assert Issue.objects.get().level == 2


def test_a_time_that_is_none_is_told_in_a_sentence(cast):
    with pytest.raises(CommandError, match="时间“明天”不对"):
        run("escalate_overdue", "--at", "明天")


def test_the_beat_calls_the_sweep_by_its_name_and_the_sweep_asks_the_time(cast, settings):
    issue = walk.processing(cast)
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.escalate_overdue.name in named
    with time_machine.travel("2026-11-12T09:00+08:00"):
        tasks.escalate_overdue()
    issue.refresh_from_db()
    assert issue.level == 2


def test_rows_that_cannot_go_up_end_the_command_with_their_reason(cast):
    issue = walk.processing(cast)
    Issue.objects.filter(pk=issue.pk).update(level=9)
    with pytest.raises(CommandError, match="有 1 件未能上报"):
        run("escalate_overdue", "--at", "2026-11-12T09:00")


def test_the_drawing_of_the_states_is_that_of_the_table():
    assert run("issue_states", "--check") == FRESH


@pytest.mark.parametrize(
    ("machine", "statuses", "table"), [(states.ISSUES, Status, TABLE), (states.REQUESTS, RequestStatus, REQUEST_TABLE)]
)
def test_the_drawing_names_every_status_and_move(machine, statuses, table):
    drawn = states.document(machine)
    assert all(f'state "{status.label}" as {status}' in drawn for status in statuses)
    assert all(f"| `{move.name}` | {move.label} |" in drawn for move in table)


def test_a_stale_drawing_is_refused(settings, tmp_path):
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="已过期"):
        run("issue_states", "--check")
    run("issue_states")
    assert run("issue_states", "--check") == FRESH
