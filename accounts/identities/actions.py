"""Verbs that tie an account elsewhere to an account here. None of them makes an account."""

from datetime import datetime

from accounts import crypto, normal
from accounts.errors import Refused
from accounts.identities.provider import External, IdentityProvider
from accounts.models import AccessLog, Identity, User
from accounts.verbs import verb


@verb
def link(
    *, user: User, provider: IdentityProvider, seen: External, by: User, at: datetime, address: str | None = None
) -> Identity:
    """From now on this account there signs this person in."""
    index = _index(provider, seen)
    known = Identity.objects.select_for_update().filter(provider=provider.name, subject_index=index).first()
    if known and known.user_id != user.pk:
        raise Refused(f"这个{provider.label}账号绑定的是别人的联户通账号，请先在那边解除绑定。")
    if known:
        return known
    if user.identities.filter(provider=provider.name).exists():
        raise Refused(f"您已经绑定了另一个{provider.label}账号，请先解除绑定。")
    made = Identity.objects.create(user=user, provider=provider.name, subject_index=index, linked_at=at)
    _log(user, f"绑定{provider.label}", at, address)
    return made


@verb
def unlink(*, user: User, provider: str, label: str, by: User, at: datetime, address: str | None = None) -> None:
    if not user.identities.filter(provider=provider).delete()[0]:
        raise Refused(f"没有绑定{label}账号。")
    _log(user, f"解除绑定{label}", at, address)


@verb
def recognise(
    *, provider: IdentityProvider, seen: External, by: None, at: datetime, address: str | None = None
) -> User:
    """Whose account this is: the one it was linked to, else the one with the mobile the provider verified."""
    known = Identity.objects.filter(provider=provider.name, subject_index=_index(provider, seen)).first()
    user = known.user if known else _by_mobile(seen.mobile)
    if user is None:
        raise Refused(f"这个{provider.label}账号还没有绑定联户通账号。请先用手机号和密码登录，再到“登录与安全”里绑定。")
    if not user.is_active:
        raise Refused("您的联户通账号已停用，请联系本乡镇管理员。")
    if not known:
        link(user=user, provider=provider, seen=seen, by=user, at=at, address=address)
    return user


def _by_mobile(mobile: str) -> User | None:
    number = normal.phone(mobile)
    if normal.phone_fault(number):
        return None
    return User.objects.filter(phone_index=crypto.blind_index(number)).first()


def _index(provider: IdentityProvider, seen: External) -> str:
    return crypto.blind_index(f"{provider.name}:{seen.subject}")


def _log(user: User, said: str, at: datetime, address: str | None) -> None:
    AccessLog.objects.create(at=at, user=user, action=AccessLog.Action.IDENTITY, reason=said, address=address)
