"""What the page of one issue tells: facts, history, clocks, evidence, and the moves with why not."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.scope import Scope
from issues.actions.closing import failed_contacts
from issues.case import Case
from issues.models import Application, Clock, Evidence, Issue, IssueEvent, Objection, Status, Verdict
from issues.workflow import MOVES, TABLE, Move, refusal_of
from members.models import Unit
from notices.models import Notice
from surfaces.issue_plan import Plan
from surfaces.order_page import OrderPage, orders_of

FORWARD = {
    Status.COLLECTED: "register",
    Status.REGISTERED: "assign",
    Status.ASSIGNED: "sign_for",
    Status.PROCESSING: "report",
    Status.ON_HOLD: "resume",
    Status.REPORTED: "verify",
    Status.CONFIRMING: "give_verdict",
    Status.PUBLICIZING: "close",
}
"""The next step of the usual way: the one button that stands out."""
EVENT_LABELS = {
    "take_in": "并入一件诉求",
    "objected": "公示收到异议",
    "topped": "逾期，报告县领导",
    "supervise": "发督办单",
    "recompute": "时限重算",
}
"""Events that are no move of anybody."""
TONES = {
    "escalate": "red",
    "topped": "red",
    "reject": "red",
    "objected": "red",
    "force_close": "red",
    "give_verdict": "green",
    "close": "green",
}
PICTURES = (".jpg", ".jpeg", ".png", ".webp")


class IssuePage:
    """One issue before one person. Each part is asked for once by the template."""

    def __init__(self, issue: Issue, user: User, at: datetime) -> None:
        self.issue = issue
        self.user = user
        self.at = at
        self.case = Case(issue, user, Scope.of(user))

    def facts(self) -> list[tuple[str, Any]]:
        issue = self.issue
        return [
            ("反映人", self._personal("petitioner", "反映人姓名")),
            ("联系电话", self._personal("phone", "联系电话")),
            ("地点", issue.grid.full_name),
            ("来源", f"{issue.get_channel_display()}，{self._named(issue.reporter) or '群众本人'}收集"),
            ("类别", issue.get_category_display()),
            ("紧急程度", issue.get_urgency_display()),
            *self._register_facts(),
        ]

    def _register_facts(self) -> list[tuple[str, Any]]:
        """What exists only once the matter has a number."""
        issue = self.issue
        if not issue.number:
            return []
        helpers = "、".join(person.name for person in issue.co_handlers.all())
        rows: list[tuple[str, Any]] = [
            ("等级", issue.get_grade_display()),
            ("承办", self.who()),
            ("层级", f"{self.case.rules.chain.name(issue.level)}（{issue.get_ledger_display()}）"),
            ("轮次", f"第{issue.round}轮"),
        ]
        return [*rows, ("协办", helpers)] if helpers else rows

    def who(self) -> str:
        """The responsible person and their department."""
        person = self._named(self.issue.handler)
        return f"{person}（{self.issue.unit.name}）" if self.issue.unit else person

    def _named(self, person: User | None) -> str:
        return person.name if person else ""

    def _personal(self, field: str, label: str) -> str:
        issue = self.issue
        url = reverse("reveal", args=["issues.issue", issue.pk, field]) if self.may_reveal else ""
        value = mask(getattr(issue, field), personal_fields(Issue)[field])
        return render_to_string("parts/masked.html", {"value": value, "url": url, "label": label})

    @property
    def may_reveal(self) -> bool:
        return self.case.covers(Permission.REVEAL) or self.issue.handler_id == self.user.pk

    def history(self) -> list[dict[str, Any]]:
        """Newest first."""
        events = list(IssueEvent.objects.filter(issue=self.issue).select_related("by").order_by("-seq"))
        tell = Teller(events, self.case.rules.chain.name, self.case.rules.switches.order_label)
        evidence = defaultdict(list)
        for one in self.evidence():
            evidence[one["at"]].append((one["label"], one["url"]))
        return [
            {
                "at": event.at,
                "who": event.by.name if event.by else tell.nobody(event),
                "what": tell.what(event),
                "why": event.note,
                "tone": TONES.get(event.name, ""),
                "evidence": evidence.get(event.at, ()),
            }
            for event in events
        ]

    def clocks(self) -> list[dict[str, Any]]:
        rows = Clock.objects.filter(issue=self.issue).order_by("started_at", "id")
        name = self.case.rules.chain.name
        return [
            {"clock": clock, "level": name(clock.level) if clock.level else "", "state": clock_state(clock, self.at)}
            for clock in rows
        ]

    def evidence(self) -> list[dict[str, Any]]:
        return [evidence_row(one) for one in Evidence.objects.filter(issue=self.issue).order_by("-added_at", "-id")]

    def orders(self) -> list[OrderPage]:
        """The supervision orders, as far as this person may see them, the latest first."""
        rows = orders_of(self.user).filter(issue=self.issue).order_by("-id")
        return [OrderPage(order, self.user, self.at) for order in rows]

    def tellings(self) -> Iterable[Notice]:
        """What its petitioners were told by SMS."""
        told = Notice.objects.filter(matter=self.issue.pk, channel=Notice.Channel.SMS)
        return told.order_by("-created_at", "-pk")

    def verdicts(self) -> Iterable[Verdict]:
        return Verdict.objects.filter(issue=self.issue).select_related("taken_by").order_by("-round")

    def asked(self) -> Application | None:
        """What waits for a decision, with the plan behind it."""
        return self.case.pending

    def plan(self) -> Plan | None:
        """The plan of a matter that is or was on hold."""
        return Plan.of(self.issue, self.at)

    def attempts(self) -> str:
        """How often somebody tried in vain to reach the household while its word is awaited."""
        if self.issue.status != Status.CONFIRMING:
            return ""
        tried, needed = failed_contacts(self.issue), self.case.rules.switches.failed_contacts
        if not tried:
            return ""
        rest = "可以由村见证" if tried >= needed else f"满{needed}次可以由村见证"
        return f"承办人以外的人已联系{tried}次，都没有联系上；{rest}。"

    def board(self) -> dict[str, Any] | None:
        """The public notice of the present round; what was objected shows to those who verify, never to the handler."""
        notice = self.case.notice
        if notice is None:
            return None
        verifies = self.case.covers(Permission.ISSUE_VERIFY) and not self.case.is_handler
        objections = Objection.objects.filter(notice=notice)
        return {
            "notice": notice,
            "waiting": self.case.objections,
            "objections": [(one, self._phone_of(one)) for one in objections] if verifies else [],
        }

    def _phone_of(self, objection: Objection) -> str:
        url = reverse("reveal", args=["issues.objection", objection.pk, "phone"]) if self.may_reveal else ""
        value = mask(objection.phone, personal_fields(Objection)["phone"])
        return render_to_string("parts/masked.html", {"value": value, "url": url, "label": "联系电话"}) if value else ""

    def children(self) -> list[Issue]:
        """The opinions merged into this one, as far as this person may see them."""
        return list(
            Issue.objects.visible_to(self.user)
            .filter(parent=self.issue)
            .select_related("grid", "handler")
            .order_by("collected_at")
        )

    def open_moves(self) -> list[Move]:
        """The step of the usual way first, then in the order of the table."""
        found = [move for move in TABLE if move.sources and refusal_of(self.case, move) is None]
        return sorted(found, key=lambda move: move.name != self.forward)

    @property
    def forward(self) -> str:
        return FORWARD.get(Status(self.issue.status), "")

    def closed_moves(self) -> list[tuple[str, str]]:
        """The label of every other move, and why it is not open."""
        answers = [(move.label, refusal_of(self.case, move)) for move in TABLE if move.sources]
        return [(label, sentence) for label, sentence in answers if sentence]


def evidence_row(one: Evidence) -> dict[str, Any]:
    kind = one.get_kind_display()
    return {
        "at": one.added_at,
        "label": f"{kind}：{one.caption}" if one.caption else kind,
        "url": reverse("issue_file", args=[one.issue_id, one.pk]),
        "picture": str(one.file.name).lower().endswith(PICTURES),
    }


def clock_state(clock: Clock, at: datetime) -> tuple[str, str]:
    """A badge's word and what it says."""
    if clock.stopped_at is None:
        if clock.paused_at:
            return "on_hold", "已暂停"
        return ("overdue", "已逾期") if clock.due_at < at else ("processing", "计时中")
    if clock.met is None:
        return "ended", "已停（未到期）"
    return ("ok", "按时完成") if clock.met else ("overdue", "超时")


class Teller:
    """Says what happened in one line; names of people and departments are fetched once for all events."""

    def __init__(
        self, events: Iterable[IssueEvent], level_name: Callable[[int], str], order_label: Callable[[str], str]
    ) -> None:
        people = {fact for event in events for fact in (event.facts.get("handler"), event.changes.get("handler_id"))}
        units = {event.facts.get("unit") for event in events}
        self.people = dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "name"))
        self.units = dict(Unit.objects.filter(pk__in=units - {None}).values_list("pk", "name"))
        self.level_name = level_name
        self.order_label = order_label

    def nobody(self, event: IssueEvent) -> str:
        """Who acts where no account does."""
        return "群众" if event.name in ("collect", "give_verdict", "objected") else "系统自动"

    def what(self, event: IssueEvent) -> str:
        label = EVENT_LABELS.get(event.name) or (MOVES[event.name].label if event.name in MOVES else event.name)
        details = self._details(event)
        return f"{label}：{details}" if details else label

    def _details(self, event: IssueEvent) -> str:
        tell = {
            "assign": self._to_whom,
            "rule": self._to_whom,
            "escalate": self._up,
            "register": lambda event: f"编号 {event.changes.get('number', '')}",
            "give_verdict": lambda event: Verdict.Value(event.facts["value"]).label if "value" in event.facts else "",
            "supervise": self._order,
            "issue_order": self._order,
            "answer_order": lambda event: "、".join(event.facts["orders"]),
            "contact": lambda event: "已联系上" if event.facts.get("reached") else "未联系上",
            "transfer": lambda event: event.facts.get("transferred_to", ""),
            "report": lambda event: "客观上无法解决" if event.changes.get("cannot_be_done") else "",
        }.get(event.name)
        return tell(event) if tell else ""

    def _to_whom(self, event: IssueEvent) -> str:
        person = self.people.get(event.changes.get("handler_id") or event.facts.get("handler"), "")
        unit = self.units.get(event.facts.get("unit"), "")
        return f"{person}（{unit}）" if unit else person

    def _order(self, event: IssueEvent) -> str:
        return f"{self.order_label(event.facts['colour'])} {event.facts['order']}"

    def _up(self, event: IssueEvent) -> str:
        level = event.facts.get("to_level") or event.changes.get("level") or 0
        person = self.people.get(event.changes.get("handler_id"), "")
        passed = "、".join(one["name"] for one in event.facts.get("passed", ()))
        return f"到{self.level_name(level)} {person}" + (f"，越过空缺或不办理的{passed}" if passed else "")
