"""Verbs of the second step. `at` is the real time, whatever a demo clock says: authenticators know no other."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings

from accounts.actions import SHORTEST_REASON
from accounts.errors import Refused
from accounts.models import AccessLog, BackupCode, SecondStep, User
from accounts.second_step import codes
from accounts.verbs import verb

TRIES = 5
PAUSE = timedelta(minutes=15)
WRONG = "动态口令不对，请输入手机上正在显示的6位数字；手机时间要准。"


def enrolled(user: User) -> bool:
    return SecondStep.objects.filter(user=user, confirmed_at__isnull=False).exists()


def demanded(roles: Collection[str]) -> bool:
    """Does this installation want the second step of people with these roles (LIAISON_SECOND_STEP)?"""
    return any(role in settings.SECOND_STEP_ROLES for role in roles)


def owed(user: User, roles: Collection[str]) -> bool:
    """Must this person set it up before anything else?"""
    return demanded(roles) and not enrolled(user)


@verb
def begin(*, user: User, by: User, at: datetime) -> SecondStep:
    """A secret for the person's authenticator; not in force before `confirm`. Begun again, it is the same."""
    row, _ = SecondStep.objects.get_or_create(user=user, defaults={"secret": codes.new_secret(), "begun_at": at})
    if row.confirmed_at:
        raise Refused("动态口令已经设置好了；要换手机，请先停用再重新设置。")
    return row


@verb
def confirm(*, user: User, code: str, by: User, at: datetime, address: str | None = None) -> list[str]:
    """The authenticator shows what it should: from now on it is asked for. Returns the backup codes, this once."""
    row = SecondStep.objects.select_for_update().filter(user=user).first()
    if row is None or row.confirmed_at:
        raise Refused("动态口令没有在设置中，请从头开始。")
    step = codes.matching_step(row.secret, codes.cleaned(code), at, after=row.last_step)
    if step is None:
        raise Refused(WRONG, field="code")
    row.confirmed_at, row.last_step = at, step
    row.save(update_fields=["confirmed_at", "last_step"])
    _log(user, "开启动态口令", at, address)
    return _renewed(user)


@verb
def check(*, user: User, code: str, by: User, at: datetime, address: str | None = None) -> bool:
    """Takes a code of the authenticator or a backup code, each once. A wrong one is counted, logged and answers False;
    after five in a row nothing is taken for a while (Refused)."""
    row = SecondStep.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
    if row is None:
        raise Refused("没有设置动态口令。")
    if row.paused_until and at < row.paused_until:
        raise Refused(f"动态口令连续输错{TRIES}次，请{PAUSE.seconds // 60}分钟后再试。", field="code")
    if _spent(row, codes.cleaned(code), at, address):
        SecondStep.objects.filter(pk=row.pk).update(wrong=0, paused_until=None)
        return True
    wrong = row.wrong + 1
    paused = wrong >= TRIES
    SecondStep.objects.filter(pk=row.pk).update(
        wrong=0 if paused else wrong, paused_until=at + PAUSE if paused else None
    )
    said = f"动态口令不对{'，已暂停' if paused else ''}"
    AccessLog.objects.create(at=at, user=user, action=AccessLog.Action.FAILURE, address=address, reason=said)
    return False


def _spent(row: SecondStep, code: str, at: datetime, address: str | None) -> bool:
    if len(code) == codes.DIGITS and code.isdigit():
        step = codes.matching_step(row.secret, code, at, after=row.last_step)
        return step is not None and bool(SecondStep.objects.filter(pk=row.pk).update(last_step=step))
    mine = BackupCode.objects.filter(user_id=row.user_id, used_at=None)
    if not code or not mine.filter(digest=codes.digest(row.user_id, code)).update(used_at=at):
        return False
    _log(row.user, f"使用备用码，还剩{mine.count()}个", at, address)
    return True


@verb
def renew_codes(*, user: User, by: User, at: datetime, address: str | None = None) -> list[str]:
    """Ten new backup codes, returned this once; the old ones are void. The caller had a code checked."""
    if not enrolled(user):
        raise Refused("先设置动态口令，再领备用码。")
    _log(user, "换新备用码", at, address)
    return _renewed(user)


@verb
def leave(*, user: User, roles: Collection[str], by: User, at: datetime, address: str | None = None) -> None:
    """A person gives up their own second step. The caller had a code checked."""
    if demanded(roles):
        raise Refused("您的岗位必须使用动态口令，不能停用；换手机请联系安全管理员重置。")
    _removed(user)
    _log(user, "停用动态口令", at, address)


@verb
def reset(*, user: User, reason: str, by: User, at: datetime, address: str | None = None) -> None:
    """The security administrator takes away somebody's second step (phone lost); their sessions end."""
    if user.pk == by.pk:
        raise Refused("不能重置自己的动态口令，请另一位安全管理员办理。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明原因（至少{SHORTEST_REASON}个字），重置会留下记录。", field="reason")
    _removed(user)
    user.sessions.all().delete()
    AccessLog.objects.create(
        at=at,
        user=by,
        action=AccessLog.Action.SECOND_STEP,
        target=User._meta.label,
        target_id=user.pk,
        reason=f"重置动态口令：{reason.strip()}"[:200],
        address=address,
    )


def _removed(user: User) -> None:
    if not SecondStep.objects.filter(user=user).delete()[0]:
        raise Refused("这个账号没有设置动态口令。")
    BackupCode.objects.filter(user=user).delete()


def _renewed(user: User) -> list[str]:
    made = codes.new_backup_codes()
    BackupCode.objects.filter(user=user).delete()
    BackupCode.objects.bulk_create(BackupCode(user=user, digest=codes.digest(user.pk, code)) for code in made)
    return made


def _log(user: User, said: str, at: datetime, address: str | None) -> None:
    AccessLog.objects.create(at=at, user=user, action=AccessLog.Action.SECOND_STEP, reason=said, address=address)
