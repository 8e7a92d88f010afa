"""Scripts of field pages keep to ES2018, which the browsers inside chat applications read (Chromium 78 and later)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from surfaces.field.offline import SHELL, WORKER

BASE = settings.BASE_DIR
NO_CODE = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""",
    re.DOTALL,
)
"""Comments and strings."""
NEWER_SYNTAX = {
    "a?.b": r"\?\.(?!\d)",
    "a ?? b": r"\?\?",
    "a ||= b": r"(?:\|\||&&)=",
    "#private": r"(?:\.|^\s*)#\w",
    "catch {": r"\bcatch\s*\{",
    "1_000": r"\b\d+_\d",
    "10n": r"\b\d+n\b",
    "static {": r"\bstatic\s*\{",
    "import.meta": r"\bimport\.meta\b",
}
NEWER_NAMES = {
    "of arrays and strings": r"\.(?:flat|flatMap|at|replaceAll|matchAll|findLast|trimStart|trimEnd|toSorted)\(",
    "of Object and Promise": r"\b(?:Object\.(?:fromEntries|hasOwn)|Promise\.(?:allSettled|any))\b",
    "global": r"\b(?:globalThis|structuredClone)\b",
}


def scripts() -> set[str]:
    """What the service worker keeps, what it is, and what pages of the field ask for besides."""
    asked = {
        name
        for page in (BASE / "templates" / "field").rglob("*.html")
        for name in re.findall(r'static "([^"]+\.js)"', page.read_text())
    }
    return {name for name in SHELL if name.endswith(".js")} | asked | {WORKER}


def newer(code: str, *kinds: dict[str, str]) -> list[str]:
    bare = NO_CODE.sub('""', code)
    return [name for kind in kinds for name, found in kind.items() if re.search(found, bare, re.MULTILINE)]


@pytest.mark.parametrize("name", sorted(scripts()))
def test_a_script_of_the_phone_is_es2018(name: str):
    """Vendored libraries may ask for newer names after looking whether they are there, never for newer syntax."""
    code = Path(BASE / "static" / name).read_text()
    kinds = (NEWER_SYNTAX,) if name.startswith("vendor/") else (NEWER_SYNTAX, NEWER_NAMES)
    assert newer(code, *kinds) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("form?.reset();", "a?.b"),
        ("const n = a ?? 1;", "a ?? b"),
        ("a ||= 1;", "a ||= b"),
        ("class A { \n #secret = 1; }", "#private"),
        ("try { a(); } catch { b(); }", "catch {"),
        ("const year = 1_000;", "1_000"),
        ("rows.flatMap(one)", "of arrays and strings"),
        ("Object.fromEntries(pairs)", "of Object and Promise"),
        ("globalThis.x", "global"),
    ],
)
def test_newer_language_is_noticed(code: str, found: str):
    assert newer(code, NEWER_SYNTAX, NEWER_NAMES) == [found]


@pytest.mark.parametrize(
    "code", ["const a = b ?.5 : 1;", 'say("what?? a?.b");', "// a ?? b", "async function a() { await b({ ...c }); }"]
)
def test_what_es2018_reads_is_let_pass(code: str):
    assert newer(code, NEWER_SYNTAX, NEWER_NAMES) == []
