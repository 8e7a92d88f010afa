"""三次告知: registered; who handles it and by when; the result and whether it satisfies.

To the petitioners by SMS (neutral words, office landline, at most 70 characters with the signature), to the handler
and whoever collected the matter in the inbox. Each at most once per kind, round and recipient: the key says so.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts.models import User
from issues.models import Issue, RegisterRules
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, spell

STAFF_LINK = "/issues/{pk}/"
"""Leads to the issue on the surface of whoever opens it."""
PUBLIC_LINK = "/i/{code}/"
LONGEST_SMS = 70


def registered(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    words = f"您反映的事项已登记,编号{digits(issue)},我们会尽快办理并告知您。"
    inbox = f"事项{issue.number}“{issue.title}”已挂号。"
    messages = [*_petitioners(issue, "registered", words, switches)]
    messages += _staff(issue, "registered", inbox, [issue.handler, issue.reporter])
    post_all(messages, at=at)


def assigned(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    inbox = f"事项{issue.number}“{issue.title}”已交由您办理,{by_when(issue)}前办结,请签收。"
    theirs = f"您收集的事项{issue.number}“{issue.title}”已交{_who(issue)}办理。"
    messages = [*_petitioners(issue, "assigned", _who_and_when(issue, switches), switches)]
    messages += _staff(issue, "assigned", inbox, [issue.handler])
    messages += _staff(issue, "assigned", theirs, [issue.reporter])
    post_all(messages, at=at)


def resulted(issue: Issue, switches: RegisterRules, at: datetime) -> None:
    """The result is verified; the household is asked."""
    words = f"您反映的事项(编号{digits(issue)})已有办理结果,请扫您家联系卡上的二维码,告诉我们您是否满意。"
    inbox = f"事项{issue.number}“{issue.title}”已通过核查,待群众确认。"
    messages = [*_petitioners(issue, "result", words, switches)]
    messages += _staff(issue, "result", inbox, [issue.handler, issue.reporter])
    post_all(messages, at=at)


def staff(issue: Issue, kind: str, text: str, people: Iterable[User | None], at: datetime) -> None:
    """Word of one event to people inside; the event's number in the key makes it once per event."""
    post_all(list(_staff(issue, f"{kind}.{issue.version}", text, people, ofkind=kind)), at=at)


def joined(child: Issue, parent: Issue, switches: RegisterRules, at: datetime) -> None:
    """The petitioner of a merged opinion learns the number under which it goes on, if there is one."""
    if parent.number:
        words = f"您反映的事项已登记,编号{digits(parent)},我们会尽快办理并告知您。"
        post_all([message for message in (_sms(child, parent, "registered", words, switches),) if message], at=at)


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


def _who(issue: Issue) -> str:
    if issue.unit:
        return issue.unit.name
    return issue.handler.name if issue.handler else ""


def _who_and_when(issue: Issue, switches: RegisterRules) -> str:
    """As much as fits: the landline goes first, then the end of a long name."""
    head, tail = f"您反映的事项(编号{digits(issue)})由", f"办理,预计{by_when(issue)}前答复。"
    landline = f"办公电话{issue.unit.landline}。" if issue.unit and issue.unit.landline else ""
    room = LONGEST_SMS - len(_signature(switches)) - len(head) - len(tail)
    name = _who(issue)[:room]
    return head + name + tail + (landline if len(name) + len(landline) <= room else "")


def _signature(switches: RegisterRules) -> str:
    return f"【{switches.sms_signature}】"


def _petitioners(issue: Issue, kind: str, words: str, switches: RegisterRules) -> Iterator[Message]:
    for one in family(issue):
        message = _sms(one, issue, kind, words, switches)
        if message:
            yield message


def _sms(of: Issue, issue: Issue, kind: str, words: str, switches: RegisterRules) -> Message | None:
    """`of` is who reported: the issue itself or one merged into it. The same phone twice is one recipient."""
    if not of.phone:
        return None
    key = f"{kind}:{issue.pk}:{issue.round}:{of.phone_index}"
    text = _signature(switches) + words
    return Message(key, kind, text, phone=of.phone, link=PUBLIC_LINK.format(code=of.code))


def _staff(issue: Issue, kind: str, text: str, people: Iterable[User | None], *, ofkind: str = "") -> Iterator[Message]:
    link = STAFF_LINK.format(pk=issue.pk)
    for person in {person.pk: person for person in people if person}.values():
        yield Message(f"{kind}:{issue.pk}:{issue.round}:u{person.pk}", ofkind or kind, text, user=person, link=link)
