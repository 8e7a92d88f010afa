"""The manual as the pages read it: docs/manual/*.md, one file a chapter, cut at its headings.

The files are the only source. Raw HTML in them is shown as text; links lead to other chapters or to places in this one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from PIL import Image

from accounts.roles import Role

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
PICTURES = FOLDER / "pictures"
HEADING = re.compile(r"^(#{2,3}) (.+)$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True)
class Chapter:
    """`roles` are the people it was written for; none means everybody."""

    slug: str
    title: str
    roles: frozenset[Role] = frozenset()

    def text(self) -> str:
        """Without its title."""
        return _text(self.title).partition("\n")[2]


R = Role
VILLAGE = frozenset({R.CHIEF_GRID_LEADER, R.FIRST_SECRETARY, R.BRANCH_SECRETARY})
FIELD = frozenset({R.LIAISON_MEMBER, R.GRID_LEADER, R.INFORMANT, R.RESIDENT_TEAM})
SUPPORT = frozenset({R.POLICE, R.VOLUNTEER, R.PATROL, R.PROPERTY_MANAGER})
TOWN = frozenset({R.TOWN_CLERK, R.TOWN_LEADER})
COUNTY = frozenset({R.COUNTY_CLERK, R.COUNTY_LEADER, R.COMMAND_CENTRE})
ADMIN = frozenset({R.AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN})

CHAPTERS = {
    one.slug: one
    for one in (
        Chapter("steps", "从收集到销号"),
        Chapter("field", "手机端", FIELD | SUPPORT | VILLAGE),
        Chapter("village", "村支书", VILLAGE),
        Chapter("desk", "乡镇工作台", TOWN | COUNTY),
        Chapter("unit", "部门承办", frozenset({R.UNIT_HANDLER})),
        Chapter("county", "县级看板", COUNTY),
        Chapter("settings", "县级设置", COUNTY),
        Chapter("public", "群众扫码"),
        Chapter("safety", "登录与安全"),
        Chapter("admin", "管理与审计", ADMIN),
        Chapter("canal", "水口村的水圳"),
    )
}
BY_TITLE = {one.title: one for one in CHAPTERS.values()}


@lru_cache
def _text(title: str) -> str:
    return (FOLDER / f"{title}.md").read_text()


def headings(chapter: Chapter) -> list[str]:
    return [found[2] for found in HEADING.finditer(chapter.text())]


def section(chapter: Chapter, heading: str) -> str:
    """A heading with all that stands under it; ValueError when the chapter has no such heading."""
    text = chapter.text()
    marks = list(HEADING.finditer(text))
    at = [mark[2] for mark in marks].index(heading)
    ends = [mark.start() for mark in marks[at + 1 :] if len(mark[1]) <= len(marks[at][1])]
    return text[marks[at].start() : ends[0] if ends else len(text)]


def anchor(heading: str) -> str:
    """As GitHub names the place, so that a link works there and here."""
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


@lru_cache(maxsize=1024)
def rendered(text: str, surface: str) -> SafeString:
    """HTML for one surface. A phone in the field loads no pictures."""
    markdown = Markdown(extensions=["tables", "sane_lists"])
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    markdown.treeprocessors.register(Dress(markdown, surface), "dress", 0)
    return mark_safe(markdown.convert(PICTURE.sub("", text) if surface == "field" else text))  # noqa: S308


class Dress(Treeprocessor):
    """Puts our addresses, places to jump to, and the classes of our tables on what Markdown made."""

    def __init__(self, markdown: Markdown, surface: str) -> None:
        super().__init__(markdown)
        self.surface = surface

    def run(self, root: Element) -> None:
        for heading in (*root.iter("h2"), *root.iter("h3")):
            heading.set("id", anchor("".join(heading.itertext())))
        for link in root.iter("a"):
            link.set("href", self._address(link.get("href", "")))
        for picture in root.iter("img"):
            self._show(picture)
        for table in root.iter("table"):
            table.set("class", "table")

    def _address(self, written: str) -> str:
        file, _, place = written.partition("#")
        if not file:
            return written
        chapter = BY_TITLE[file.removesuffix(".md")]
        return reverse(f"{self.surface}:help_chapter", args=[chapter.slug]) + (f"#{place}" if place else "")

    def _show(self, picture: Element) -> None:
        name = Path(picture.get("src", "")).name
        with Image.open(PICTURES / name) as drawn:
            width, height = drawn.size
        sizes = {"width": str(width), "height": str(height)}
        for attribute, value in ({"src": static(f"manual/{name}"), "loading": "lazy"} | sizes).items():
            picture.set(attribute, value)
