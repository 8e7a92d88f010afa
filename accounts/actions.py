"""Verbs on accounts."""

from datetime import datetime
from secrets import token_urlsafe

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts import crypto, normal
from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import AccessLog, Arrival, GuideAway, SavedFilter, Session, User
from accounts.privacy import Mask, mask, personal_fields
from accounts.verbs import verb

SHORTEST_REASON = 4
FIRST_PASSWORD_BYTES = 9
MOST_FILTERS = 12
LONGEST_FILTER_NAME = 20
LONGEST_FILTER = 500


@transaction.atomic
def reveal(*, row: models.Model, field: str, reason: str, by: User, at: datetime, address: str | None = None) -> str:
    """The full value of one personal field of one row; the reading is logged with its reason.

    The caller took `row` from `visible_to(by)` and checked the permission to reveal.
    """
    if personal_fields(type(row)).get(field, Mask.KEYED) == Mask.KEYED:
        raise Refused("没有这一项可供查看。", field="field")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明查看事由（至少{SHORTEST_REASON}个字），查看会留下记录。", field="reason")
    AccessLog.objects.create(
        at=at,
        user=by,
        action=AccessLog.Action.REVEAL,
        target=row._meta.label,
        target_id=row.pk,
        field=field,
        reason=reason.strip(),
        address=address,
    )
    return str(getattr(row, field) or "")


@transaction.atomic
def change_password(
    *, user: User, old: str, new: str, at: datetime, keep: str = "", address: str | None = None
) -> None:
    """A person's own new password; their sessions end, but for the one whose key is `keep`."""
    if not user.check_password(old):
        raise Refused("现在的密码不对。", field="old")
    if new == old:
        raise Refused("新密码不能和现在的一样。", field="new")
    if normal.phone(new) == user.phone:
        raise Refused("不要用手机号作密码。", field="new")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused("".join(error.messages), field="new") from error
    user.set_password(new)
    user.must_change = False
    user.save(update_fields=["password", "must_change"])
    user.sessions.exclude(session_key=keep).delete()
    log_access(action=AccessLog.Action.PASSWORD, by=user, at=at, address=address)


@transaction.atomic
def choose_text_size(*, user: User, size: str) -> None:
    """How large a person's text is, on every phone they use."""
    if size not in User.TextSize.values:
        raise Refused("没有这种文字大小，请重新选。", field="size")
    user.text_size = size
    user.save(update_fields=["text_size"])


@transaction.atomic
def open_account(*, phone: str, name: str, by: User, at: datetime) -> tuple[User, str]:
    """The account with this phone, and its first password; the password is empty when the account was there already."""
    phone, name = normal.phone(phone), normal.half_width(name)
    fault = normal.phone_fault(phone)
    if fault:
        raise Refused(f"{fault}。", field="phone")
    if not name:
        raise Refused("请填写姓名。", field="name")
    known = User.objects.filter(phone_index=crypto.blind_index(phone)).first()
    if known is None:
        password = token_urlsafe(FIRST_PASSWORD_BYTES)
        user = User.objects.create_user(phone, name, password, must_change=True)
        _log_account(user, "开通账号", by, at)
        return user, password
    if known.name != name:
        raise Refused(f"这个手机号是{mask(known.name, Mask.NAME)}的账号，请核对姓名和手机号。", field="name")
    return known, ""


@transaction.atomic
def reset_password(*, user: User, by: User, at: datetime) -> str:
    """A new first password, to be changed at the next login; every open session of the person ends."""
    if user.pk == by.pk:
        raise Refused("自己的密码请用“修改密码”。")
    password = token_urlsafe(FIRST_PASSWORD_BYTES)
    user.set_password(password)
    user.must_change = True
    user.save(update_fields=["password", "must_change"])
    user.sessions.all().delete()
    _log_account(user, "重置密码", by, at)
    return password


@transaction.atomic
def set_active(*, user: User, active: bool, by: User, at: datetime) -> None:
    """Whether the person may log in. Posts stay: whoever acts in them is decided by absences and dismissals."""
    if user.pk == by.pk:
        raise Refused("不能停用自己的账号。")
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise Outrun
    user.sessions.all().delete()
    _log_account(user, "启用账号" if active else "停用账号", by, at)


@transaction.atomic
def end_session(*, session: Session, by: User, at: datetime, address: str | None = None) -> None:
    """One sign-in of one's own, somewhere else, is over."""
    if session.user_id != by.pk:
        raise Forbidden("只能结束自己的登录。")
    if not Session.objects.filter(pk=session.pk).delete()[0]:
        raise Outrun("这次登录已经结束了。")
    log_access(action=AccessLog.Action.SESSION, by=by, at=at, address=address, reason=session.device)


@transaction.atomic
def end_other_sessions(*, by: User, keep: str, at: datetime, address: str | None = None) -> int:
    """All sign-ins of one's own are over, but for the one whose key is `keep`. Returns how many there were."""
    ended, _ = by.sessions.exclude(session_key=keep).delete()
    if ended:
        log_access(action=AccessLog.Action.SESSION, by=by, at=at, address=address, reason=f"别处的{ended}个登录")
    return ended


def _log_account(user: User, what: str, by: User, at: datetime) -> None:
    AccessLog.objects.create(
        at=at, user=by, action=AccessLog.Action.ACCOUNT, target=User._meta.label, target_id=user.pk, reason=what
    )


def log_access(
    *, action: AccessLog.Action, by: User, at: datetime, address: str | None = None, reason: str = ""
) -> None:
    """Logs an export, or a step of signing in, of the person who took it."""
    AccessLog.objects.create(at=at, user=by, action=action, address=address, reason=reason)


def log_search(*, number: str, found: str, by: User, at: datetime, address: str | None = None) -> None:
    """Somebody looked for a person by a number of theirs: which kind of number and what was found, not the number."""
    AccessLog.objects.create(
        at=at, user=by, action=AccessLog.Action.SEARCH, field=number, reason=found, address=address
    )


@transaction.atomic
def keep_filter(*, page: str, name: str, query: str, by: User, at: datetime) -> SavedFilter:
    """Keeps the query of a list under a name; the same name again is replaced."""
    name = name.strip()
    if not name:
        raise Refused("请给这个筛选起个名字。", field="name")
    if len(name) > LONGEST_FILTER_NAME:
        raise Refused(f"筛选的名字最多{LONGEST_FILTER_NAME}个字。", field="name")
    if len(query) > LONGEST_FILTER:
        raise Refused("筛选条件太长，请减少条件后再保存。")
    others = SavedFilter.objects.filter(user=by, page=page).exclude(name=name)
    if others.count() >= MOST_FILTERS:
        raise Refused(f"一个列表最多保存{MOST_FILTERS}个筛选，请先删去不用的。")
    kept, _ = SavedFilter.objects.update_or_create(
        user=by, page=page, name=name, defaults={"query": query, "saved_at": at}
    )
    return kept


@transaction.atomic
def drop_filter(*, kept: SavedFilter, by: User) -> None:
    SavedFilter.objects.filter(pk=kept.pk, user=by).delete()


@verb
def put_guide_away(*, guide: str, by: User, at: datetime) -> None:
    """Not shown any more to this person; put away twice is once."""
    GuideAway.objects.get_or_create(user=by, guide=guide, defaults={"at": at})


@verb
def take_guide_out(*, guide: str, by: User) -> None:
    GuideAway.objects.filter(user=by, guide=guide).delete()


@transaction.atomic
def forget_arrivals(*, before: datetime) -> int:
    """Keys of forms that came so long ago that no phone sends them again; how many went."""
    return Arrival.objects.filter(at__lt=before).delete()[0]
