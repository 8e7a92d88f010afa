"""三次告知: registered; who handles it and by when; the result and whether it satisfies.

To the petitioners by SMS (neutral words, office landline, at most 70 characters with the signature, not at night), to
the handler and whoever collected the matter in the inbox. Each at most once per kind, round and recipient: the key says
so. The words are in issues/wording.py. What becomes untrue before it has left is cancelled (`keep_true`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts.models import User
from issues.models import ENDED, Issue, RegisterRules, Status, Urgency, Verdict, Wording
from issues.rules import CountyRules
from issues.wording import LETTERS, Letter, Wordings, answered_how
from notices.actions import Message, cancel, post_all
from notices.letterhead import Letterhead
from notices.models import Notice
from notices.quiet import Quiet
from workdays.arithmetic import ZONE, spell

STAFF_LINK = "/issues/{pk}/"
"""Leads to the issue on the surface of whoever opens it."""
PUBLIC_LINK = "/i/{code}/"
WITH_THE_HANDLER = (Status.ASSIGNED, Status.PROCESSING, Status.ON_HOLD, Status.REPORTED)
HANDLER, REPORTER, PETITIONER = Wording.Recipient.HANDLER, Wording.Recipient.REPORTER, Wording.Recipient.PETITIONER


def registered(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    _tell("registered", issue, switches, at)


def assigned(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    _tell("assigned", issue, switches, at)


def resulted(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    """The result is verified; the household is asked."""
    _tell("result", issue, switches, at)


def next_round(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    """The petitioners learn who handles it anew, and by when; for the handler the caller has other words."""
    post_all(list(_petitioners(issue, "assigned", Wordings(switches))), at=at)


def closed(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    """Whoever was not heard before the matter was closed is asked at least then."""
    heard = Verdict.objects.filter(issue=issue, round=issue.round).exclude(value=Verdict.Value.UNCONFIRMED)
    if not heard.exists():
        post_all(list(_petitioners(issue, "result", Wordings(switches))), at=at)


def staff(issue: Issue, kind: str, text: str, people: Iterable[User | None], at: datetime) -> None:
    """Word of one event to people inside; the event's number in the key makes it once per event."""
    post_all(list(_inbox(issue, f"{kind}.{issue.version}", text, people, ofkind=kind)), at=at)


def joined(child: Issue, parent: Issue, switches: RegisterRules, at: datetime) -> None:
    """The petitioner of a merged opinion learns what the others of the matter were told: the number under which it
    goes on, if there is one, and how far it is."""
    if not parent.number:
        return
    kinds = ["registered"]
    if parent.status in WITH_THE_HANDLER:
        kinds.append("assigned")
    if parent.status == Status.CONFIRMING:
        kinds.append("result")
    words = Wordings(switches)
    post_all([message for kind in kinds for message in _sms(child, parent, kind, words)], at=at)


def keep_true(issue: Issue, at: datetime) -> None:
    """After every step: what still waits and no longer holds is cancelled; with another handler or date, said anew."""
    waiting = Notice.objects.unsent().filter(matter=issue.pk, channel=Notice.Channel.SMS)
    said = list(waiting.values_list("key", "kind", "text"))
    if not said:
        return
    over = {key for key, kind, _ in said if not _holds(key, kind, issue)}
    cancel(keys=over, reason=f"还没发出，事项已是“{Status(issue.status).label}”，不再发送")
    promised = {key: text for key, kind, text in said if kind == "assigned" and key not in over}
    if promised and issue.status in (Status.ASSIGNED, Status.PROCESSING):
        _promise_anew(issue, promised, at)


def keep_all_true(issue_ids: Iterable[int], at: datetime) -> None:
    """As `keep_true`, for issues that were moved by one statement."""
    waiting = Notice.objects.unsent().filter(matter__in=list(issue_ids), channel=Notice.Channel.SMS)
    for issue in Issue.objects.filter(pk__in=set(waiting.values_list("matter", flat=True))):
        keep_true(issue, at)


def _holds(key: str, kind: str, issue: Issue) -> bool:
    """Is a notice of this kind, posted in the round its key names, still true?"""
    if kind not in ("registered", "assigned", "result"):
        return True
    if key.split(":")[2] != str(issue.round):
        return False
    if kind == "registered":
        return issue.status not in ENDED
    if kind == "assigned":
        return issue.status in WITH_THE_HANDLER
    return issue.status == Status.CONFIRMING or (
        (issue.unconfirmed or issue.forced) and issue.status in (Status.PUBLICIZING, Status.CLOSED)
    )


def _promise_anew(issue: Issue, said: dict[str, str], at: datetime) -> None:
    now = {m.key: m for m in _petitioners(issue, "assigned", Wordings(CountyRules(issue.county_id).switches))}
    changed = [key for key, text in said.items() if key in now and now[key].text != text]
    gone = cancel(keys=changed, reason="还没发出，承办人或时限已变，改发新的内容")
    post_all([now[key] for key in gone], at=at)


def quiet_hours(switches: RegisterRules) -> Quiet | None:
    """The county's night, in which no SMS and no robot rings; None where it has none."""
    return Quiet(switches.quiet_from, switches.quiet_until) if switches.quiet_hours else None


def letterhead(switches: RegisterRules) -> Letterhead:
    return Letterhead(switches.sms_signature, quiet_hours(switches))


def digits(issue: Issue) -> str:
    """The number as an SMS carries it."""
    return (issue.number or "").replace("-", "")


def by_when(issue: Issue) -> str:
    return spell(issue.due_at.astimezone(ZONE).date()) if issue.due_at else "尽快"


def family(issue: Issue) -> list[Issue]:
    """The issue and every opinion merged into it, however deep."""
    found = [issue]
    for one in found:
        found.extend(Issue.objects.filter(parent=one).order_by("pk"))
    return found


def _tell(kind: str, issue: Issue, switches: RegisterRules, at: datetime) -> None:
    words = Wordings(switches)
    messages = list(_petitioners(issue, kind, words))
    for recipient, person in ((HANDLER, issue.handler), (REPORTER, issue.reporter)):
        text, _ = words.said(LETTERS[kind, recipient], _values(issue, issue.number or ""))
        messages += _inbox(issue, kind, text, [person], switches=switches)
    post_all(messages, at=at)


def _values(issue: Issue, number: str) -> dict[str, str]:
    """What fills the gaps of a letter about this issue."""
    landline = issue.unit.landline if issue.unit else ""
    return {
        "编号": number,
        "事项": issue.title,
        "承办": _who(issue),
        "时限": by_when(issue),
        "电话": f"办公电话{landline}。" if landline else "",
        "答复方式": answered_how(),
    }


def _who(issue: Issue) -> str:
    if issue.unit:
        return issue.unit.name
    return issue.handler.name if issue.handler else ""


def _petitioners(issue: Issue, kind: str, words: Wordings) -> Iterator[Message]:
    for one in family(issue):
        yield from _sms(one, issue, kind, words)


def _sms(of: Issue, issue: Issue, kind: str, words: Wordings) -> Iterator[Message]:
    """`of` is who reported: the issue itself or one merged into it. The same phone twice is one recipient."""
    if not of.phone:
        return
    letter: Letter = LETTERS[kind, PETITIONER]
    text, params = words.said(letter, _values(issue, digits(issue)))
    yield Message(
        f"{kind}:{issue.pk}:{issue.round}:{of.phone_index}",
        kind,
        text,
        phone=of.phone,
        link=PUBLIC_LINK.format(code=of.code),
        matter=issue.pk,
        quiet=quiet_hours(words.switches),
        template=words.template(letter),
        params=params,
    )


def _inbox(
    issue: Issue,
    kind: str,
    text: str,
    people: Iterable[User | None],
    *,
    ofkind: str = "",
    switches: RegisterRules | None = None,
) -> Iterator[Message]:
    link = STAFF_LINK.format(pk=issue.pk)
    urgent = issue.urgency == Urgency.CRITICAL
    quiet = _quiet_for_staff(issue, switches) if urgent else None
    for person in {person.pk: person for person in people if person}.values():
        key = f"{kind}:{issue.pk}:{issue.round}:u{person.pk}"
        yield Message(key, ofkind or kind, text, person, link=link, matter=issue.pk, quiet=quiet, urgent=urgent)


def _quiet_for_staff(issue: Issue, switches: RegisterRules | None) -> Quiet | None:
    """Urgent matters reach staff at night too, unless the county lets them sleep."""
    rules = switches or CountyRules(issue.county_id).switches
    return None if rules.urgent_at_night else quiet_hours(rules)
