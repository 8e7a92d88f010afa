"""公示: the masked projection of a matter, as a pure function (domain.md §9). No Django, no clock.

    projection(matter)        heading and text that may hang on the village's board
    fault(text, matter)       why a text written by staff may not, or None

The name becomes 黄*荣, the place the village; numbers, names and doors that slipped into the words are masked. What
tells of illness, income or a minor, and every sensitive matter, is published as its category only.
"""

import re
from dataclasses import dataclass

from accounts import screening
from accounts.privacy import Mask, mask
from accounts.screening import A_DATE, HIDDEN, IDENTIFYING, known_names, plain_text, private_words

LONGEST_RESULT = 600
LONGEST_TEXT = 1000
CATEGORY_ONLY = "本事项涉及个人隐私，按规定只公示类别。事项已办理完毕并经核查。"


@dataclass(frozen=True)
class Matter:
    """What the projection reads. `names` are people known around the matter, who never appear in full, `minors` those
    of them under age, who never appear at all."""

    category: str
    village: str
    petitioner: str
    title: str
    result: str
    outcome: str
    names: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()
    sensitive: bool = False
    cannot_be_done: bool = False


@dataclass(frozen=True)
class Published:
    heading: str
    text: str


def projection(matter: Matter) -> Published:
    if _is_private(matter):
        return Published(matter.category, CATEGORY_ONLY)
    result = _masked(matter.result, matter)
    shown = result if len(result) <= LONGEST_RESULT else f"{result[: LONGEST_RESULT - 1]}…"
    who = mask(matter.petitioner.strip(), Mask.NAME) or "群众"
    lines = [
        f"{who}（{matter.village}）反映：{_masked(matter.title, matter)}",
        f"办理结果：{shown}",
        f"群众评价：{matter.outcome}",
    ]
    if matter.cannot_be_done:
        lines.insert(2, "客观上暂时无法解决，已作解释说明。")
    return Published(f"{matter.category} · {matter.village}", "\n".join(lines))


def fault(text: str, matter: Matter) -> str | None:
    """The first thing in a text that must not be public, as a sentence that says how to mend it."""
    if _is_private(matter):
        return "本事项涉及敏感情况、病情、收入或未成年人，只能公示类别，不能改写公示内容。"
    return screening.fault(text, matter.names)


def _is_private(matter: Matter) -> bool:
    said = plain_text(f"{matter.title}\n{matter.result}\n{matter.petitioner}")
    return matter.sensitive or any(private_words(said)) or any(name in said for name in known_names(matter.minors))


def _masked(text: str, matter: Matter) -> str:
    plain = plain_text(text).strip()
    for name in known_names((*matter.names, matter.petitioner)):
        plain = plain.replace(name, mask(name, Mask.NAME))
    for what, pattern in IDENTIFYING:
        plain = pattern.sub(_hidden_name if what == "姓名" else _hidden, plain)
    return plain


def _hidden(found: re.Match[str]) -> str:
    return found.group() if A_DATE.fullmatch(found.group()) else HIDDEN


def _hidden_name(found: re.Match[str]) -> str:
    return f"{re.sub(r'[^一-鿿]', '', found.group())[0]}某"
