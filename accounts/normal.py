"""Normal forms of what people type, and the checks of national standards."""

import re
import unicodedata
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def half_width(text: str) -> str:
    """Full-width digits and letters become half-width, outer blanks go."""
    return unicodedata.normalize("NFKC", text).strip()


def phone(text: str) -> str:
    """Digits only, +86 removed; a landline keeps its area code. Empty stays empty."""
    digits = re.sub(r"\D", "", half_width(text))
    return re.sub(r"^(00)?86(?=1\d{10}$)", "", digits)


def phone_fault(text: str) -> str | None:
    """What is wrong with a phone number in normal form, or None."""
    if re.fullmatch(r"1[3-9]\d{9}", text) or re.fullmatch(r"0\d{9,11}", text) or re.fullmatch(r"\d{7,8}", text):
        return None
    return "电话应为11位手机号，或带区号的固定电话"


def id_number(text: str) -> str:
    return re.sub(r"\s", "", half_width(text)).upper()


def id_fault(text: str) -> str | None:
    """What is wrong with an ID number in normal form (GB 11643-1999), or None."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return "身份证号应为18位（前17位数字，末位数字或X）"
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return "身份证号第7至14位不是有效的出生日期"
    expected = id_check_digit(text[:17])
    return None if text[17] == expected else f"身份证号校验码不符（末位应为{expected}）"


def id_check_digit(first17: str) -> str:
    """ISO 7064:1983 MOD 11-2 over the first 17 digits."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]
