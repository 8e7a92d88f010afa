"""Pinyin initials of names, so that typing zhw finds 张红卫."""

from functools import cache

from pypinyin import Style, pinyin

LONGEST = 30

SURNAMES = dict(zip("单解仇曾查翟区乐覃召种重折隗乜佴秘繁句阚祭藏颉", "sxqzzzoyqsccswnnbpgkzzx", strict=True))
"""Surnames that begin with another letter than the same character elsewhere."""

DOUBLE_SURNAMES = {"尉迟": "yc", "长孙": "zs", "万俟": "mq", "单于": "cy", "澹台": "tt", "乐正": "yz"}
"""Double surnames whose letters are not those of their characters."""


def initials(name: str) -> str:
    """First letters of a person's name, lower case: 单解红 → sjh. Latin letters stay, punctuation goes."""
    surname = DOUBLE_SURNAMES.get(name[:2]) or SURNAMES.get(name[:1], "")
    return (surname + "".join(map(_letter, name[len(surname) :])))[:LONGEST]


@cache
def _letter(character: str) -> str:
    """The letter of one character; cached, as a county uses some three thousand."""
    letter: str = pinyin(character, style=Style.FIRST_LETTER)[0][0]
    return letter.lower() if letter.isascii() and letter.isalnum() else ""
