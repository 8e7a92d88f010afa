"""Help beside each page out of the manual, and the guide of a first visit."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from accounts.models import GuideAway
from accounts.roles import GRANTS, Role
from surfaces.field.keeping import PACK
from surfaces.help import guides, manual, pages
from surfaces.help.manual import CHAPTERS

SURFACES = ("console", "field", "county")
NO_PAGES = {
    # parts of pages, files, and buttons
    "console": """branch calendar_progress duty_paper export_file export_progress filter_drop filter_keep grid_preview
        household_qr
        import_confirm import_progress import_result import_template inbox_read ledger_export notice portrait_drop
        round_progress service_rule_preview session_join turn_add turn_drop turn_up wording_sample""",
    "field": "inbox_read notice photo session_join signature swap_answer text_size",
    "county": "bulletin_file bulletin_progress",
}
QUOTED = re.compile(r"“([^“”]+)”")
LINK = re.compile(r"\]\(([^)#]+\.md)?#?([^)]*)\)")
HOUSE = (
    "templates",
    "surfaces",
    "issues",
    "visits",
    "households",
    "members",
    "grids",
    "rosters",
    "notices",
    "accounts",
)
ALSO = ("exchange", "workdays", "tallies", "static/js")


def texts():
    return {path.name: path.read_text() for path in manual.FOLDER.glob("*.md")}


@pytest.mark.parametrize("surface", SURFACES)
def test_the_manual_tells_of_every_page(surface):
    every = {name for name in get_resolver().namespace_dict[surface][1].reverse_dict if isinstance(name, str)}
    told = {name.partition(":")[2].partition(".")[0] for name in pages.TOLD if name.startswith(f"{surface}:")}
    assert every - set(NO_PAGES[surface].split()) == told


def test_every_line_of_the_table_names_a_heading_that_stands_in_its_chapter():
    assert [(slug, heading) for slug, heading in pages.TABLE if heading not in manual.headings(CHAPTERS[slug])] == []


def test_a_page_of_one_move_has_its_own_help(client):
    def told(path):
        return pages.told_of(get_resolver().resolve(path))

    assert told("/field/issues/1/moves/register/") == "field:move.register"
    assert told("/field/issues/1/moves/escalate/") == "field:move"
    assert told("/console/filters/1/drop/") == ""


def test_a_section_ends_where_the_next_of_its_kind_begins():
    desk = CHAPTERS["desk"]
    whole = manual.section(desk, "双向互选")
    assert "### 生成方案" in whole
    assert "## 住户" not in whole
    assert "### 支部商议" not in manual.section(desk, "生成方案")
    with pytest.raises(ValueError, match="is not in list"):
        manual.section(desk, "没有这一节")


def test_what_is_written_as_html_is_shown_as_text():
    html = manual.rendered("<script>alert(1)</script> 和 <b onclick='x()'>粗</b>\n\n<div>\n块\n</div>", "console")
    assert "<script" not in html
    assert "<b " not in html
    assert "<div" not in html
    assert "&lt;script&gt;" in html


def test_a_link_leads_to_the_chapter_on_the_same_surface():
    html = manual.rendered("看[手机端](手机端.md#办诉求)。", "field")
    assert f'href="{reverse("field:help_chapter", args=["field"])}#办诉求"' in html


def test_a_link_that_is_no_chapter_is_refused():
    with pytest.raises(KeyError):
        manual.rendered("[外面](https://example.com)", "console")


def test_the_phone_loads_no_pictures():
    text = "看图。\n\n![今日](pictures/手机-今日.png)"
    assert "<img" in manual.rendered(text, "console")
    assert "<img" not in manual.rendered(text, "field")


@pytest.mark.parametrize("slug", CHAPTERS)
@pytest.mark.parametrize("surface", SURFACES)
def test_every_chapter_can_be_read(slug, surface):
    """Lists and tables are lists and tables: nothing of Markdown's marks is left in the text."""
    html = manual.rendered(CHAPTERS[slug].text(), surface)
    assert re.findall(r"(?m)^\s*(?:<p>)?(?:[-*] |\d+\. |\||#|!\[).*", html) == []
    assert "**" not in html


def test_every_link_of_the_manual_leads_somewhere():
    places = {
        name: {manual.anchor(found[2]) for found in manual.HEADING.finditer(text)} for name, text in texts().items()
    }
    wrong = [
        (name, file, place)
        for name, text in texts().items()
        for file, place in LINK.findall(manual.PICTURE.sub("", text))
        if (file or name) not in places or (place and place not in places[file or name])
    ]
    assert wrong == []


def test_the_first_page_of_the_manual_names_every_chapter():
    first = texts()["README.md"]
    assert [one.title for one in CHAPTERS.values() if f"({one.title}.md)" not in first] == []
    assert {f"{one.title}.md" for one in CHAPTERS.values()} | {"README.md"} == set(texts())


def test_every_picture_is_shown_and_every_shown_picture_exists():
    shown = {name for text in texts().values() for name in re.findall(r"\]\(pictures/([^)]+)\)", text)}
    assert shown == {path.name for path in manual.PICTURES.glob("*.png")}


def test_every_picture_is_taken_by_a_story():
    stories = "\n".join(path.read_text() for path in (Path(__file__).parent / "stories").glob("*.py"))
    assert [path.stem for path in manual.PICTURES.glob("*.png") if f'"{path.stem}"' not in stories] == []


def test_no_picture_is_heavier_than_100_kilobytes():
    assert [path.name for path in manual.PICTURES.glob("*.png") if path.stat().st_size > 100 * 1024] == []


def test_every_label_the_manual_and_the_guides_name_stands_in_the_house():
    """A button that was renamed is renamed in the manual."""
    folders = [Path(settings.BASE_DIR) / name for name in HOUSE + ALSO]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".html", ".js")]
    apart = {"tests", "migrations"}
    house = "\n".join(path.read_text() for path in files if not apart & set(path.parts) and path.name != "guides.py")
    guiding = {guide.name: "".join(step.words for step in guide.steps) for guide in guides.GUIDES.values()}
    named = [(name, label) for name, text in (texts() | guiding).items() for label in QUOTED.findall(text)]
    assert [(name, label) for name, label in named if label not in house] == []


# Before a reader


@pytest.mark.django_db
def test_help_tells_everybody_of_the_page_out_of_their_own_chapter(visit, cast):
    of_home = reverse("console:help_page", args=["console:home"])
    for person, titles in (
        (cast.clerk, ["乡镇工作台"]),
        (cast.handler, ["部门承办"]),
        (cast.auditor, ["乡镇工作台", "部门承办"]),  # nothing of their own
    ):
        assert [chapter.title for chapter, _ in visit.get(person, of_home).context["sections"]] == titles


@pytest.mark.django_db
def test_help_that_opens_at_the_side_comes_without_the_frame(visit, cast):
    of_home = reverse("console:help_page", args=["console:home"])
    visit.client.force_login(cast.clerk)
    beside = visit.client.get(of_home, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in beside
    assert "待我处理</h2>" in beside


@pytest.mark.django_db
def test_every_page_says_where_its_help_is(visit, cast):
    page = visit.get(cast.clerk, reverse("console:issues")).content.decode()
    assert f'href="{reverse("console:help_page", args=["console:issues"])}"' in page


@pytest.mark.django_db
def test_help_on_a_page_there_is_not_is_not_found(visit, cast):
    for name, what in (("help_page", "console:nothing"), ("help_chapter", "nothing")):
        assert visit.get(cast.clerk, reverse(f"console:{name}", args=[what])).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_guide_where_it_lands(role):
    surface = GRANTS[role].surface
    assert [one for one in guides.GUIDES.values() if one.surface == surface and role in one.roles]


@pytest.mark.parametrize("name", guides.GUIDES)
def test_a_guide_is_short(name):
    assert 3 <= len(guides.GUIDES[name].steps) <= 5


@pytest.mark.django_db
def test_every_step_of_a_guide_leads_to_a_page_its_reader_may_open(visit, cast):
    readers = {
        "village": cast.secretary, "member": cast.grid_leader, "county": cast.county_officer, "unit": cast.handler,
        "desk": cast.clerk,
    }  # fmt: skip
    for name, reader in readers.items():
        assert guides.of(reader, guides.GUIDES[name].surface) is guides.GUIDES[name]
        for step in guides.GUIDES[name].steps:
            if step.link:
                assert visit.get(reader, step.url).status_code == 200, step


@pytest.mark.django_db
def test_the_guide_stands_on_the_home_page_until_its_reader_puts_it_away(visit, cast):
    home, first = reverse("console:home"), "第一次来，先看这几步"
    assert first in visit.get(cast.clerk, home).content.decode()
    for _ in range(2):  # twice is once
        assert visit.post(cast.clerk, reverse("guide_away", args=["desk"])).url == home
    assert first not in visit.get(cast.clerk, home).content.decode()
    assert first in visit.get(cast.other_clerk, home).content.decode()
    assert list(GuideAway.objects.values_list("user", "guide")) == [(cast.clerk.pk, "desk")]


@pytest.mark.django_db
def test_the_guide_comes_back_when_asked_for(visit, cast):
    visit.post(cast.clerk, reverse("guide_away", args=["desk"]))
    assert "再看一遍首页的引导" in visit.get(cast.clerk, reverse("console:help")).content.decode()
    visit.post(cast.clerk, reverse("guide_out", args=["desk"]))
    assert "第一次来，先看这几步" in visit.get(cast.clerk, reverse("console:home")).content.decode()


@pytest.mark.django_db
def test_what_the_phone_keeps_for_the_day_has_no_guide(visit, cast):
    """A page without a signal cannot put it away."""
    assert "第一次来" in visit.get(cast.member, reverse("field:home")).content.decode()
    kept = visit.client.get(reverse("field:home"), headers={PACK: "1"})
    assert "第一次来" not in kept.content.decode()


@pytest.mark.django_db
def test_a_guide_there_is_not_is_not_found(visit, cast):
    assert visit.post(cast.clerk, reverse("guide_away", args=["nothing"])).status_code == 404
