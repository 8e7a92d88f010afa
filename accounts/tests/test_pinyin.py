"""Initials that people would type."""

import pytest

from accounts.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("张红卫", "zhw"),
        ("黄立荣", "hlr"),
        ("单雄信", "sxx"),
        ("解小单", "xxd"),
        ("仇和", "qh"),
        ("曾国荃", "zgq"),
        ("尉迟恭", "ycg"),
        ("欧阳修", "oyx"),
        ("万俟咏", "mqy"),
        ("单于夫罗", "cyfl"),
        ("万里", "wl"),
        ("买买提·艾山", "mmtas"),
        ("Li雷", "lil"),
        ("", ""),
    ],
)
def test_initials_are_what_people_would_type(name, letters):
    assert initials(name) == letters


def test_initials_fit_their_column():
    assert len(initials("将" * 60)) == 30
