"""Every address × every kind of person, written down by hand; and what lies elsewhere shows nowhere.

An address that is not in the table fails. The expectation is never derived from the code under test.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Session, User
from conftest import PLAIN_STATIC
from liaison.tests.two_counties import FAR, HERE, NOON, SMS_WORD, TOWN_AWAY, Counties
from tallies.lists import LISTS

pytestmark = pytest.mark.django_db

PEOPLE = {
    "a": "anybody without an account",
    "z": "an account without a post",
    "m": "liaison member of 一组, who looks after the household and collected the issue",
    "g": "grid leader of 一组",
    "s": "secretary of 水口村",
    "c": "clerk of 上陵镇, to whom the job and the notice belong",
    "d": "clerk of 下车镇",
    "o": "officer of the county",
    "h": "handler of 水利局, who has the issue in hand",
    "u": "auditor",
    "x": "security administrator",
    "y": "system administrator",
    "n": "clerk of a town in another county",
    "f": "officer of another county",
}
ANYBODY = "azmgscdohuxynf"
ACCOUNT = "zmgscdohuxynf"
POST = "mgscdohuxynf"
ELSEWHERE = "dnf"


@dataclass(frozen=True)
class Door:
    """Who is let in, from whom the thing is hidden (404); the rest is refused (403), strangers are asked to sign in.

    Methods not named answer 405. `at` is the thing the address asks about (two_counties.Counties.things);
    `closed_to_post` are people who may read here but not add.
    """

    methods: tuple[str, ...]
    open_to: str
    hidden_from: str
    at: str
    closed_to_post: str = ""

    def asks(self, method: str, person: str) -> bool:
        """A form that was shown to somebody takes their POST too; whom it was not shown must not send it either."""
        return method == "get" or "get" not in self.methods or person not in self.open_to or bool(self.closed_to_post)

    def answer(self, name: str, method: str, person: str) -> str:
        if method == "post" and person in self.closed_to_post:
            return "403"
        if person in self.open_to:
            return "in"
        if person == "a":
            return "401" if name in API_RESOURCES else "login"
        return "404" if person in self.hidden_from else "403"


def page(open_to: str, at: str = "", hidden: str = "") -> Door:
    """To be read only."""
    return Door(("get",), open_to, hidden, at)


def form(open_to: str, at: str = "", hidden: str = "", closed_to_post: str = "") -> Door:
    """Shown by GET and sent by POST, to the same people unless said otherwise."""
    return Door(("get", "post"), open_to, hidden, at, closed_to_post)


def deed(open_to: str, at: str = "", hidden: str = "") -> Door:
    """A button: POST alone."""
    return Door(("post",), open_to, hidden, at)


DOORS = {
    # Coming in
    "home": page(POST),
    "login": form(ANYBODY),
    "logout": deed(ANYBODY),
    "login_code": form(ANYBODY),
    "provider": page(ANYBODY, "wecom"),
    "provider_back": page(ANYBODY, "wecom"),
    "password": form(ACCOUNT),
    "security": page(ACCOUNT),
    "second_step": form(ACCOUNT),
    "backup_codes": form(ACCOUNT),
    "second_step_leave": form(ACCOUNT),
    "end_others": deed(ACCOUNT),
    "end_session": deed("z", "session", hidden="mgscdohuxynf"),
    "identity_link": page(ACCOUNT, "wecom"),
    "identity_unlink": deed(ACCOUNT, "wecom"),
    "healthz": page(ANYBODY),
    "worker": page(ANYBODY),
    "reveal": deed("msco", "home phone", hidden="dnfhuxy"),
    "guide_away": deed(POST, "guide"),
    "guide_out": deed(POST, "guide"),
    "issue": page("mgscoh", "issue", hidden=ELSEWHERE),
    "issue_file": page("mgscoh", "issue file", hidden=ELSEWHERE),
    "sms_reports": deed(ANYBODY, "sms word"),
    "sms_replies": deed(ANYBODY, "sms word"),
    "round": page("msco", "round", hidden="gdhuxynf"),
    "inquiry": page("oh", "inquiry", hidden="mgscdnuxyf"),
    "order": page("gscoh", "order", hidden="mdnf"),
    "order_sheet": page("gscoh", "order", hidden="mdnf"),
    "request": page("mgsco", "request", hidden="dhnf"),
    "session_sheet": page("mgsco", "service day", hidden=ELSEWHERE),
    "pledge_photo": page("mgsco", "pledge", hidden=ELSEWHERE),
    "request_photo": page("mgsco", "request photo", hidden="dhnf"),
    # The console, the desk
    "console:home": page(POST),
    "console:help": page(POST),
    "console:help_page": page(POST, "console help"),
    "console:help_chapter": page(POST, "chapter"),
    "console:search": page(POST),
    "console:inbox": page(POST),
    "console:inbox_read": deed(POST),
    "console:notice": deed("c", "notice", hidden="mgsdohuxynf"),
    "console:inbox_choice": form(POST),
    # The console, what petitioners were told
    "console:tellings": page("scdonf"),
    "console:telling_resend": form("sco", "telling", hidden=ELSEWHERE),
    "console:answers": page("scdonf"),
    "console:answer_settle": form("sco", "answer", hidden=ELSEWHERE),
    "console:wordings": page("of"),
    "console:wording_edit": form("of", "letter"),
    "console:wording_sample": deed("of", "letter"),
    "console:wording_default": form("of", "letter"),
    "console:robots": page("of"),
    "console:robot_add": form("of"),
    "console:robot_try": form("o", "robot", hidden="f"),
    "console:robot_remove": form("o", "robot", hidden="f"),
    # The console, issues
    "console:opinions": page("scdonf"),
    "console:merge": form("scdonf"),
    "console:issues": page("mgscdohnf"),
    "console:collect": form("mgscdonf"),
    "console:ledgers": page("mgscdohnf"),
    "console:ledger_export": deed("cdonf"),
    "console:issue": page("mgscoh", "issue", hidden=ELSEWHERE),
    "console:move": form("h", "issue report", hidden=ELSEWHERE),
    "console:bulk": form("mgscdohnf", "bulk move"),
    "console:issue_sheets": page("mgscdohnf"),
    "console:filter_keep": deed("mgscdohnf", "filtered list"),
    "console:filter_drop": deed("c", "filter", hidden="mgsdohnf"),
    "console:orders": page("mgscdohnf"),
    "console:order": page("gscoh", "order", hidden="mdnf"),
    "console:inquiry": form("h", "inquiry", hidden="mgscdonuxyf"),
    # The console, service requests
    "console:requests": page("mgscdohnf"),
    "console:place": form("mgscdonf"),
    "console:request": page("mgsco", "request", hidden="dhnf"),
    "console:request_move": form("sco", "request dispatch", hidden="dhnf"),
    # The console, households
    "console:households": page("mgscdonf"),
    "console:household_add": form("cdonf"),
    "console:household": page("mgsco", "home", hidden=ELSEWHERE),
    "console:household_qr": page("mgsco", "home", hidden=ELSEWHERE),
    "console:household_move": form("co", "home", hidden=ELSEWHERE),
    "console:household_close": form("co", "home", hidden=ELSEWHERE),
    "console:household_split": form("co", "home", hidden=ELSEWHERE),
    "console:resident_left": form("co", "resident", hidden=ELSEWHERE),
    "console:tag": form("co", "home", hidden=ELSEWHERE),
    "console:untag": form("co", "home tag", hidden=ELSEWHERE),
    "console:trigger": form("gsco", "home", hidden=ELSEWHERE),
    "console:pair": form("sco", "home", hidden=ELSEWHERE),
    "console:visit_record": form("gsco", "home", hidden=ELSEWHERE),
    "console:gaps": page("scdonf"),
    "console:pairings": page("mgscdonf"),
    "console:contacts": page("scdonf"),
    "console:contact": page("scdo", "contact type", hidden="nf"),
    "console:contact_new": form("scdo", "contact type", hidden="nf"),
    "console:contact_hand_over": form("sco", "contact", hidden=ELSEWHERE),
    "console:contact_end": form("sco", "contact", hidden=ELSEWHERE),
    "console:quota": page("scdo", "quota", hidden="nf"),
    "console:rounds": page("scdonf"),
    "console:round_open": form("scdonf"),
    "console:round": page("sco", "round", hidden=ELSEWHERE),
    "console:round_progress": page("sco", "round run", hidden=ELSEWHERE),
    "console:round_deed": form("sco", "round deed", hidden=ELSEWHERE),
    "console:round_member_wish": form("sco", "round member", hidden=ELSEWHERE),
    "console:round_home_wish": form("sco", "round home", hidden=ELSEWHERE),
    "console:round_decide": form("sco", "round home", hidden=ELSEWHERE),
    "console:round_swap": form("sco", "round home", hidden=ELSEWHERE),
    "console:round_effect": page("sco", "round effect", hidden=ELSEWHERE),
    "console:round_undo": form("sco", "round ruling", hidden=ELSEWHERE),
    "console:hand_over": form("sco", "pairing", hidden=ELSEWHERE),
    "console:pairing_end": form("sco", "pairing", hidden=ELSEWHERE),
    "console:visits": page("mgscdonf"),
    "console:visit": page("mgsco", "visit", hidden=ELSEWHERE),
    "console:checks": page("scdonf"),
    "console:hints": page("scdn"),
    "console:hint": form("sc", "hint", hidden="dn"),
    "console:notebook": form("gsco", "member", hidden=ELSEWHERE),
    "console:check": form("sco", "check", hidden=ELSEWHERE),
    "console:pauses": page("mgscdonf"),
    "console:pause": form("sco", "home", hidden=ELSEWHERE),
    "console:pause_end": form("sco", "home pause", hidden=ELSEWHERE),
    "console:visit_rules": page("of"),
    "console:visit_rule": form("o", "visit rule", hidden="f"),
    "console:visit_policy": form("of"),
    # The console, service days and pledges
    "console:sessions": page("mgscdonf"),
    "console:session_add": form("scdonf"),
    "console:session": page("mgsco", "service day", hidden=ELSEWHERE),
    "console:session_step": form("mgsco", "service day step", hidden=ELSEWHERE),
    "console:session_join": deed("mgsco", "service day", hidden=ELSEWHERE),
    "console:session_shift": form("sco", "service day", hidden=ELSEWHERE),
    "console:session_call_off": form("sco", "service day", hidden=ELSEWHERE),
    "console:service_rules": page("cdonf"),
    "console:service_rule_add": form("cdonf"),
    "console:service_rule_preview": deed("cdonf"),
    "console:service_rule_drop": form("co", "service rule", hidden=ELSEWHERE),
    "console:day_off_add": form("cdonf"),
    "console:day_off_drop": form("co", "day off", hidden=ELSEWHERE),
    "console:pledges": page("mgscdonf"),
    "console:pledge_new": form("scdonf"),
    "console:pledge": page("mgsco", "pledge", hidden=ELSEWHERE),
    "console:pledge_deed": form("msco", "pledge report", hidden=ELSEWHERE),
    # The console, members
    "console:members": page("gscdonf"),
    "console:member_add": form("cdonf"),
    "console:member": page("gsco", "member", hidden=ELSEWHERE),
    "console:member_capacity": form("co", "member", hidden=ELSEWHERE),
    "console:member_exempt": form("co", "member", hidden=ELSEWHERE),
    "console:member_end_exemption": form("co", "member", hidden=ELSEWHERE),
    "console:member_retire": form("co", "member", hidden=ELSEWHERE),
    "console:member_hand_over": form("sco", "member", hidden=ELSEWHERE),
    "console:member_account": form("co", "member", hidden=ELSEWHERE),
    # The console, grids and posts
    "console:grids": page("mgscdouxynf"),
    "console:grid": page("mgscouxy", "grid", hidden=ELSEWHERE),
    "console:branch": page("mgscouxy", "grid", hidden=ELSEWHERE),
    "console:grid_add": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_rename": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_move": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_merge": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_close": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_split": form("co", "grid", hidden=ELSEWHERE),
    "console:grid_preview": deed("co", "grid deed", hidden=ELSEWHERE),
    "console:grid_changes": page("cdonf"),
    "console:grid_undo": form("co", "tree change", hidden=ELSEWHERE),
    "console:grid_cancel": form("co", "tree plan", hidden=ELSEWHERE),
    "console:appoint": form("cox", "grid", hidden=ELSEWHERE),
    "console:postings": page("cdoxnf"),
    "console:dismiss": form("cox", "posting", hidden=ELSEWHERE),
    "console:absence": form("cox", "posting", hidden=ELSEWHERE),
    "console:boundaries": form("cdonf"),
    "console:boundaries_drop": form("of"),
    "console:absence_end": form("cox", "posting away", hidden=ELSEWHERE),
    "console:vacancies": page("cdoxnf"),
    # The console, duty
    "console:duty": page("scdonf"),
    "console:duty_paper": page("scdonf"),
    "console:duty_holes": page("scdonf"),
    "console:duty_log": page("scdonf"),
    "console:shift": page("sco", "shift", hidden=ELSEWHERE),
    "console:shift_assign": form("sco", "shift", hidden=ELSEWHERE),
    "console:shift_vacate": form("sco", "shift", hidden=ELSEWHERE),
    "console:shift_cancel": form("sco", "shift", hidden=ELSEWHERE),
    "console:rota_add": form("scdonf"),
    "console:rota": page("sco", "rota", hidden=ELSEWHERE),
    "console:rota_edit": form("sco", "rota", hidden=ELSEWHERE),
    "console:rota_close": form("sco", "rota", hidden=ELSEWHERE),
    "console:turn_add": deed("sco", "rota", hidden=ELSEWHERE),
    "console:turn_up": deed("sco", "rota turn", hidden=ELSEWHERE),
    "console:turn_drop": deed("sco", "rota turn", hidden=ELSEWHERE),
    "console:portrait": form("sco", "rota turn", hidden=ELSEWHERE),
    "console:portrait_drop": deed("sco", "rota turn", hidden=ELSEWHERE),
    # The console, data and accounts
    "console:imports": page("cdonf"),
    "console:import_new": form("cdonf"),
    "console:import_template": page("cdonf", "template"),
    "console:import": page("c", "job", hidden="donf"),
    "console:import_progress": page("c", "job", hidden="donf"),
    "console:import_confirm": deed("c", "job", hidden="donf"),
    "console:import_result": page("c", "job", hidden="donf"),
    "console:exports": page("scdonf"),
    "console:print_new": form("scdonf"),
    "console:export_new": form("cdonf"),
    "console:export": page("c", "export", hidden="sdonf"),
    "console:export_progress": page("c", "export", hidden="sdonf"),
    "console:export_file": page("c", "export", hidden="sdonf"),
    "console:calendar": page("of"),
    "console:calendar_import": form("of"),
    "console:calendar_progress": page("of"),
    "console:calendar_day": form("of", "day"),
    "console:register_rules": page("of"),
    "console:register_rule": form("of", "register rule"),
    "console:category": form("of", "category"),
    "console:limits": page("of"),
    "console:limit_handle": form("of", "limit row"),
    "console:limit_kind": form("of", "limit kind"),
    "console:audit": page("u"),
    "console:audit_events": page("u"),
    "console:audit_verify": page("u"),
    "console:users": page("oxf"),
    "console:user_reset": form("ox", "clerk", hidden="f"),
    "console:user_second_step": form("x", "clerk", hidden="f"),
    "console:user_switch": form("ox", "clerk", hidden="f"),
    # Field
    "field:home": page(POST),
    "field:help": page(POST),
    "field:help_page": page(POST, "field help"),
    "field:help_chapter": page(POST, "chapter"),
    "field:households": page("mgscdonf"),
    "field:household": page("mgsco", "home", hidden=ELSEWHERE),
    "field:correct": form("mgsco", "home", hidden=ELSEWHERE),
    "field:visit": form("mgsco", "home", hidden=ELSEWHERE),
    "field:trigger": form("mgsco", "home", hidden=ELSEWHERE),
    "field:pause": form("sco", "home", hidden=ELSEWHERE),
    "field:pause_end": form("sco", "home pause", hidden=ELSEWHERE),
    "field:round": form("m", "round", hidden="gscdohuxynf"),
    "field:visited": page("mgsco", "visit", hidden=ELSEWHERE),
    "field:signature": page("mgsco", "visit", hidden=ELSEWHERE),
    "field:checks": page("scdonf"),
    "field:hints": page("scdn"),
    "field:hint": form("sc", "hint", hidden="dn"),
    "field:check": form("sco", "check", hidden=ELSEWHERE),
    "field:photo": page("mgsco", "visit photo", hidden=ELSEWHERE),
    "field:issues": page("mgscdohnf"),
    "field:collect": form("mgscdonf"),
    "field:issue": page("mgscoh", "issue", hidden=ELSEWHERE),
    "field:move": form("h", "issue report", hidden=ELSEWHERE),
    "field:orders": page("mgscdohnf"),
    "field:order": page("gscoh", "order", hidden="mdnf"),
    "field:inquiry": form("h", "inquiry", hidden="mgscdonuxyf"),
    "field:requests": page("mgscdohnf"),
    "field:place": form("mgscdonf"),
    "field:request": page("mgsco", "request", hidden="dhnf"),
    "field:request_move": form("sco", "request dispatch", hidden="dhnf"),
    "field:duty": page(POST),
    "field:shift": page("mgscouxy", "shift", hidden="dhnf"),
    "field:log_entry": form("sco", "shift", hidden="dhnf"),
    "field:desk": form("sco", "shift", hidden=ELSEWHERE),
    "field:swap_ask": form("c", "tomorrow", hidden="dhnf"),
    "field:swap_answer": deed("c", "swap withdraw", hidden="gsdohuxynf"),
    "field:sessions": page("mgscdonf"),
    "field:session": page("mgsco", "service day", hidden=ELSEWHERE),
    "field:session_step": form("mgsco", "service day step", hidden=ELSEWHERE),
    "field:session_join": deed("mgsco", "service day", hidden=ELSEWHERE),
    "field:pledges": page("mgscdonf"),
    "field:pledge_new": form("mgscdonf"),
    "field:pledge": page("mgsco", "pledge", hidden=ELSEWHERE),
    "field:pledge_deed": form("msco", "pledge report", hidden=ELSEWHERE),
    "field:inbox": page(POST),
    "field:inbox_read": deed(POST),
    "field:notice": deed("c", "notice", hidden="mgsdohuxynf"),
    "field:inbox_choice": form(POST),
    "field:queue": page(POST),
    "field:offline": page(ANYBODY),
    "field:day": page(POST),
    "field:me": page(POST),
    "field:absence": form(POST),
    "field:suggestion": form(POST),
    "field:text_size": deed(POST),
    # County
    "county:home": page("scdonf"),
    "county:help": page(POST),
    "county:help_page": page(POST, "county help"),
    "county:help_chapter": page(POST, "chapter"),
    "county:cockpit": page("scdonf"),
    "county:support": page("scdonf"),
    "county:coverage": page("scdonf"),
    "county:visits": page("scdonf"),
    "county:funnel": page("scdonf"),
    "county:overdue": page("scdonf"),
    "county:rates": page("scdonf"),
    "county:evenings": page("scdonf"),
    "county:requests": page("scdonf"),
    "county:duty": page("scdonf"),
    "county:burden": page("scdonf"),
    "county:service": page("scdonf"),
    "county:bulletins": page("scdonf"),
    "county:bulletin_new": form("scdonf"),
    "county:bulletin": page("co", "bulletin", hidden="sdnf"),
    "county:bulletin_progress": page("co", "bulletin", hidden="sdnf"),
    "county:bulletin_file": page("co", "bulletin", hidden="sdnf"),
    "county:list": page("scdonf", "figure"),
    "county:orders": page("scdonf"),
    "county:inquiries": page("of"),
    "county:inquiries_begin": form("of"),
    "county:inquiries_sheet": page("of"),
    "county:inquiry": form("o", "inquiry", hidden="f"),
    # API
    "api:schema": page(POST),
    "api:docs": page(POST),
    "api:grid-list": page("mgscdouxynf"),
    "api:grid-detail": page("mgscouxy", "grid", hidden=ELSEWHERE),
    "api:household-list": page("mgscdonf"),
    "api:household-detail": page("mgsco", "home", hidden=ELSEWHERE),
    "api:pairing-list": page("mgscdonf"),
    "api:pairing-detail": page("mgsco", "pairing", hidden=ELSEWHERE),
    "api:round-list": page("mgscdonf"),
    "api:round-detail": page("msco", "round", hidden="gdnf"),
    "api:round-pairs": page("sco", "published round", hidden="mgdnf"),
    "api:visit-list": form("mgscdonf"),
    "api:visit-detail": page("mgsco", "visit", hidden=ELSEWHERE),
    "api:issue-list": form("mgscdohnf", closed_to_post="h"),
    "api:issue-detail": page("mgscoh", "issue", hidden=ELSEWHERE),
    "api:ledger-list": page("mgscdohnf"),
    "api:rate-list": page("scdonf"),
    "api:order-list": page("mgscdohnf"),
    "api:order-detail": page("gscoh", "order", hidden="mdnf"),
    "api:issue-moves": page("mgscoh", "issue", hidden=ELSEWHERE),
    "api:issue-move": deed("h", "issue report", hidden=ELSEWHERE),
    "api:duty-list": page("mgscdouxynf"),
    "api:duty-detail": page("mgscouxy", "shift", hidden=ELSEWHERE),
    "api:request-list": form("mgscdohnf", closed_to_post="h"),
    "api:request-detail": page("mgsco", "request", hidden="dhnf"),
    "api:request-moves": page("mgsco", "request", hidden="dhnf"),
    "api:request-move": deed("sco", "request dispatch", hidden="dhnf"),
    "api:session-list": page("mgscdonf"),
    "api:session-detail": page("mgsco", "service day", hidden=ELSEWHERE),
    "api:pledge-list": page("mgscdonf"),
    "api:pledge-detail": page("mgsco", "pledge", hidden=ELSEWHERE),
    # Public: the code is the key
    "public:village": page(ANYBODY, "village code"),
    "public:witness": form(ANYBODY, "witness"),
    "public:order": form(ANYBODY, "home code"),
    "public:ordered": form(ANYBODY, "request code"),
    "public:wish": form(ANYBODY, "home code"),
    "public:choice": page(ANYBODY, "published round"),
    "public:household": page(ANYBODY, "home code"),
    "public:raise": form(ANYBODY, "home code"),
    "public:progress": form(ANYBODY, "issue code"),
    "public:find": form(ANYBODY),
    "public:duty": page(ANYBODY, "village"),
    "public:duty_photo": page(ANYBODY, "duty photo"),
    "public:notices": page(ANYBODY),
    "public:notice": form(ANYBODY, "public notice"),
}
WECOM_ACCOUNT = {**django_settings.WECOM, "corp": "ww1", "agent": "1000002", "secret": "s"}
API_RESOURCES = {name for name in DOORS if name.startswith("api:") and name not in ("api:schema", "api:docs")}
"""They answer JSON, so nobody is led to a sign-in page."""

LET_IN = {200, 201, 204, 302, 400, 409, 422}
"""An empty form refused, or a rule that says not now, is an answer to somebody who was let in."""

ALL = "size=200"
WIDE = (
    *(("console:search", f"q={text}") for text in ("水圳", "LH-", "黄耀", "联系人", "村", "塘背路", "1234", "990")),
    *(("console:issues", f"status={status}&whose=") for status in ("all", "open")),
    *(("console:ledgers", f"standing=all&ledger={ledger}") for ledger in ("", "personal", "unit", "county")),
    ("console:ledgers", "standing=all&as_of=2026-11-02"),
    *(("console:households", asked) for asked in ("q=LH-", "q=塘背路", "covered=no", "tag=old_alone")),
    ("console:pauses", "standing=past"),
    *(("console:contact", f"show={show}") for show in ("short", "standing", "former")),
    ("console:quota", "show=all"),
    ("console:hints", "state=settled"),
    *(("console:checks", f"kind={kind}") for kind in ("unmet", "moved", "left")),
    *(("console:pairings", asked) for asked in ("late=on", "q=联系人", "stranded=on")),
    *(("console:members", asked) for asked in ("q=联系人", "load=under")),
    *(("field:households", asked) for asked in ("list=area", "list=area_overdue", "q=LH-")),
    *(("field:issues", f"list={pile}") for pile in ("area", "triage", "assign", "verify", "reported")),
    *(("county:list", f"what={what}") for what in LISTS),
    ("api:duty-list", ALL),
    *((f"api:{kind}-list", ALL) for kind in ("grid", "household", "pairing", "visit", "issue", "order", "request")),
    ("console:orders", "state=all"),
    ("field:orders", "list=all"),
    *(("console:sessions", f"state={state}") for state in ("coming", "missed", "unfinished", "done", "off")),
    ("field:pledges", "list=area"),
    *((f"api:{kind}-list", ALL) for kind in ("session", "pledge", "round")),
    ("console:requests", "status=all"),
    *(("field:requests", f"list={pile}") for pile in ("open", "branch", "asked", "area")),
    *(("api:household-list", asked) for asked in ("q=LH-", "uncovered=true")),
    ("api:grid-list", "q=990"),
    ("api:ledger-list", "standing=all&size=200"),
)
"""Lists asked for everything they can show."""


Pages = dict[tuple[str, str], str]
"""Text by address and query."""


class House:
    """The two counties behind their doors; every request is undone, every answer kept."""

    def __init__(self, media: Path) -> None:
        self.media = media
        self.counties = Counties()
        self.before: dict[str, Pages] = {}
        self._client = Client()
        self._kept: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.counties.settle_here()
        self._keys = self._signed_in()
        self.before["c"] = self.seen_by("c", WIDE)
        self.counties.settle_another_town()
        self.before["o"] = self.seen_by("o", WIDE)
        self.counties.settle_another_county()
        Session.objects.filter(session_key__in=self._keys.values()).delete()
        self._keys = self._signed_in()
        self._kept.clear()

    def _signed_in(self) -> dict[str, str]:
        people = self.counties.people().items()
        return {letter: session_of(user) for letter, user in people if user is not None}

    def read(self, name: str, person: str, asked: str = "") -> tuple[str, str]:
        """The outcome and the text of a page; asked for once."""
        key = (name, person, asked)
        if key not in self._kept:
            answer = self.send("get", self.url(name, asked), person)
            self._kept[key] = outcome(answer), text(answer)
        return self._kept[key]

    def ask(self, method: str, name: str, person: str, asked: str = "") -> str:
        """The outcome alone."""
        if method == "get":
            return self.read(name, person, asked)[0]
        return outcome(self.send(method, self.url(name, asked), person))

    def send(self, method: str, url: str, person: str) -> HttpResponse:
        self._client.cookies.clear()
        if person != "a":
            self._client.cookies[django_settings.SESSION_COOKIE_NAME] = self._keys[person]
        with transaction.atomic():
            answer: HttpResponse = getattr(self._client, method)(url)
            transaction.set_rollback(True)
        return answer

    def url(self, name: str, asked: str = "") -> str:
        if name == "county:list" and asked:
            return reverse(name, args=[asked.removeprefix("what=")])
        return reverse(name, args=self.counties.things[DOORS[name].at]) + (f"?{asked}" if asked else "")

    def seen_by(self, person: str, more: Iterable[tuple[str, str]] = ()) -> Pages:
        """Everything this person can read because of who they are, and `more`."""
        opening = [name for name, door in DOORS.items() if person in door.open_to and "get" in door.methods]
        pages = [(name, "") for name in opening if not name.startswith("public:")]
        pages += [(name, asked) for name, asked in more if name in opening]
        return {one: self.read(one[0], person, one[1])[1] for one in pages}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def text(response: Any) -> str:
    """What was sent, without what is new in every answer."""
    shown = response.getvalue().decode(errors="replace")
    shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|csrf&?[^ >]*token[^>]*', "", shown, flags=re.IGNORECASE)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", shown)


def outcome(response: Any) -> str:
    """in, login, or the status that shut the door."""
    if response.status_code == 302 and response["Location"].startswith(reverse("login") + "?"):
        return "login"
    return "in" if response.status_code in LET_IN else str(response.status_code)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[House]:
    media = tmp_path_factory.mktemp("media")
    storages = {**django_settings.STORAGES, "staticfiles": PLAIN_STATIC}
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=False),
        override_settings(MEDIA_ROOT=media, STORAGES=storages, SMS_DOOR=SMS_WORD, WECOM=WECOM_ACCOUNT),
        transaction.atomic(),
    ):
        yield House(media)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _media_of_the_house(house: House, settings, _own_media_folder) -> None:
    settings.MEDIA_ROOT = house.media


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


# The table


def test_the_table_names_every_address_and_no_other():
    known = set(names(get_resolver().url_patterns))
    assert known - DOORS.keys() == set(), "write down who may open these"
    assert DOORS.keys() - known == set(), "no such address"


def test_the_table_names_only_known_people():
    for name, door in DOORS.items():
        assert set(door.open_to + door.hidden_from) <= PEOPLE.keys(), name
        assert not set(door.open_to) & set(door.hidden_from), name


@pytest.mark.parametrize("name", DOORS)
def test_a_door_answers_everybody_as_written(house: House, name: str):
    door = DOORS[name]
    asked = [(method, who) for method in door.methods for who in PEOPLE if door.asks(method, who)]
    answered = {f"{method} {who}": house.ask(method, name, who) for method, who in asked}
    assert answered == {f"{method} {who}": door.answer(name, method, who) for method, who in asked}


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if len(door.methods) == 1])
def test_a_door_does_not_open_the_other_way(house: House, name: str):
    door = DOORS[name]
    other = "post" if door.methods == ("get",) else "get"
    who = next(letter for letter in f"co{door.open_to}" if letter in door.open_to)
    assert house.ask(other, name, who) == "405"


# What lies elsewhere


@pytest.fixture(scope="module")
def now_seen(house: House) -> Callable[[str], Pages]:
    """What a person reads once all three places are lived in."""
    return lambda who: house.seen_by(who, WIDE if who in "cof" else ())


@pytest.mark.parametrize("who", ["c", "o"])
def test_no_page_changes_when_another_place_is_settled(house: House, now_seen, who: str):
    before, after = house.before[who], now_seen(who)
    assert before.keys() == after.keys()
    assert [one for one in before if before[one] != after[one]] == []


@pytest.mark.parametrize("who", ["c", "o"])
def test_the_lists_asked_for_everything_do_answer(house: House, who: str):
    mine = [one for one in WIDE if who in DOORS[one[0]].open_to]
    assert [one for one in mine if house.ask("get", one[0], who, one[1]) != "in"] == []


MARKS = {"m": HERE, "g": HERE, "s": HERE, "c": HERE, "d": TOWN_AWAY, "n": FAR, "f": FAR}
"""Whose rows a person's lists show; officers, auditors and administrators of the county see both its towns."""


@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in "az"])
def test_no_page_names_a_row_from_elsewhere(now_seen, who: str):
    foreign = {HERE, TOWN_AWAY, FAR} - {MARKS[who]} if who in MARKS else {FAR}
    shown = {(one, mark) for one, page in now_seen(who).items() for mark in foreign if mark in page}
    assert shown == set()


OWN_ROWS = (
    *(("console:search", f"q={text}") for text in ("水圳", "LH-", "黄耀", "联系人", "塘背路", "1234")),
    *(
        (f"console:{page}", "")
        for page in ("opinions", "issues", "households", "pairings", "gaps", "visits", "members", "ledgers")
    ),
    ("console:contact", "show=standing"),
    ("console:quota", "show=all"),
    ("console:inbox", ""),
    *((f"console:{page}", "") for page in ("duty_log", "duty_holes")),
    ("field:duty", ""),
    ("api:duty-list", ALL),
    *(("field:households", asked) for asked in ("list=area", "list=area_overdue", "q=LH-")),
    *(("field:issues", f"list={pile}") for pile in ("area", "triage")),
    *(("county:list", f"what={what}") for what in ("households", "covered", "visits", "collected", "open", "late")),
    ("county:list", "what=orders"),
    *((f"api:{kind}-list", ALL) for kind in ("household", "pairing", "visit", "issue", "order", "request")),
    *((page, "") for page in ("console:sessions", "console:pledges", "field:sessions")),
    ("field:pledges", "list=area"),
    *((f"api:{kind}-list", ALL) for kind in ("session", "pledge", "round")),
    *(("county:list", f"what={what}") for what in ("sessions", "pledges")),
    ("console:orders", "state=all"),
    ("field:orders", "list=all"),
    ("console:requests", "status=all"),
    *(("field:requests", f"list={pile}") for pile in ("branch", "area")),
)
"""Where the clerk's own rows must stand, so that an empty list proves nothing."""


@pytest.mark.parametrize("one", OWN_ROWS, ids="?".join)
def test_lists_show_the_rows_of_the_own_area(now_seen, one: tuple[str, str]):
    assert HERE in now_seen("c")[one]


OF_ONE_OFFICE = ("console:inbox", "field:duty")
"""Pages about one desk or one office alone."""


@pytest.mark.parametrize("one", [one for one in OWN_ROWS if one[0] not in OF_ONE_OFFICE], ids="?".join)
def test_lists_of_the_county_show_both_its_towns(now_seen, one: tuple[str, str]):
    assert {mark for mark in (HERE, TOWN_AWAY, FAR) if mark in now_seen("o")[one]} == {HERE, TOWN_AWAY}


@pytest.mark.parametrize(("who", "own"), [("c", True), ("d", False), ("o", False), ("n", False), ("f", False)])
def test_an_import_is_listed_for_whoever_began_it_alone(house: House, now_seen, who: str, own: bool):
    assert (house.url("console:import") in now_seen(who)["console:imports", ""]) == own


@pytest.mark.parametrize("name", ["home", "cockpit", "coverage", "visits", "funnel", "overdue", "rates", "evenings"])
@pytest.mark.parametrize(("who", "mark"), [("c", TOWN_AWAY), ("c", FAR), ("o", FAR), ("f", HERE), ("s", TOWN_AWAY)])
def test_no_dashboard_of_another_area_opens(house: House, name: str, who: str, mark: str):
    grid = house.counties.farms[mark].grid
    assert house.ask("get", f"county:{name}", who, f"grid={grid.town_id}") == "404"


@pytest.mark.parametrize("mark", [TOWN_AWAY, FAR])
def test_a_filter_cannot_reach_elsewhere(house: House, now_seen, mark: str):
    """A place, grid or household of elsewhere, put into the address by hand."""
    farm = house.counties.farms[mark]
    grid, home = farm.grid.pk, farm.household.pk
    asked = [(f"console:{name}", f"place={grid}") for name in ("issues", "ledgers", "households", "pairings", "visits")]
    asked += [(f"console:{name}", f"place={grid}") for name in ("duty", "duty_paper", "duty_log", "duty_holes")]
    asked += [(f"console:{name}", f"place={grid}") for name in ("members", "sessions", "pledges")]
    asked += [(f"console:{name}", f"place={grid}") for name in ("opinions", "gaps", "postings", "vacancies")]
    asked += [(f"console:{name}", f"place={grid}&show=standing") for name in ("contact", "contacts")]
    asked += [(f"api:{kind}-list", f"grid={grid}") for kind in ("household", "pairing", "visit", "issue")]
    asked += [(f"api:{kind}-list", f"grid={grid}") for kind in ("duty", "round")]
    asked += [("console:grid_changes", f"place={grid}")]
    asked += [(f"api:{kind}-list", f"household={home}") for kind in ("pairing", "visit", "issue")]
    assert [one for one in asked if mark in house.read(one[0], "c", one[1])[1]] == []
    for name in ("console:collect", "field:collect"):
        assert house.ask("get", name, "c", f"household={home}") == "404"


def test_a_file_opens_only_through_its_own_issue_or_visit(house: House):
    here, away = (house.counties.farms[mark] for mark in (HERE, TOWN_AWAY))
    pairs = {"issue_file": (here.issue.pk, away.evidence.pk), "field:photo": (here.visit.pk, away.photo.pk)}
    for name, args in pairs.items():
        assert outcome(house.send("get", reverse(name, args=args), "c")) == "404"


# What nobody sees, and what some never see


@pytest.mark.parametrize("who", ["u", "x", "y", "h"])
def test_people_without_households_never_see_who_lives_where(house: House, now_seen, who: str):
    """The auditor, the two administrators, and a department that has one issue in hand."""
    words = {word for farm in house.counties.farms.values() for word in farm.personal}
    assert {(one, word) for one, page in now_seen(who).items() for word in words if word in page} == set()


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "a"])
def test_no_page_shows_a_whole_phone_or_id_number_unasked(house: House, now_seen, who: str):
    words = {word for farm in house.counties.farms.values() for word in farm.secrets}
    assert {(one, word) for one, page in now_seen(who).items() for word in words if word in page} == set()


@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in "am"])
def test_nobody_else_reads_the_whole_name_of_a_head_of_household(house: House, now_seen, who: str):
    """Whoever looks after the household may, on the phone, as on the service card they carry."""
    words = {farm.household.head_name for farm in house.counties.farms.values()}
    assert {(one, word) for one, page in now_seen(who).items() for word in words if word in page} == set()
