"""Which providers this installation has: those whose environment variables are set, in the order of their buttons."""

import re
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.identities import dingtalk, wecom
from accounts.identities.provider import IdentityProvider


def providers() -> dict[str, IdentityProvider]:
    """By name. ImproperlyConfigured when one is set by half, or with an address that is none."""
    found: list[IdentityProvider] = []
    if _given(settings.WECOM, "LIAISON_WECOM", ("corp", "agent", "secret")):
        found.append(_wecom(wecom.Account(**settings.WECOM)))
    if _given(settings.DINGTALK, "LIAISON_DINGTALK", ("key", "secret")):
        found.append(_dingtalk(dingtalk.Account(**settings.DINGTALK)))
    return {provider.name: provider for provider in found}


_wecom = lru_cache(wecom.WeCom)
_dingtalk = lru_cache(dingtalk.DingTalkGov)


def _given(values: dict[str, str], prefix: str, needed: tuple[str, ...]) -> bool:
    missing = [name for name in needed if not values[name]]
    if len(missing) == len(needed):
        return False
    if missing:
        names = " and ".join(f"{prefix}_{name.upper()}" for name in missing)
        raise ImproperlyConfigured(f"{prefix}_{(set(needed) - set(missing)).pop().upper()} is set; set {names} as well")
    for name, value in values.items():
        if name.endswith("url") and not re.fullmatch(r"https?://[^/?#\s]+", value):
            raise ImproperlyConfigured(
                f"{prefix}_{name.upper()} is {value!r}; write it as https://host, without a path"
            )
    return True
