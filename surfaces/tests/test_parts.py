import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import get_resolver

from exchange.models import Job
from issues.models import Status, Urgency, Verdict
from visits.models import Visit

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
PARTS_CSS = (STATIC / "css/parts.css").read_text()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class HouseholdForm(forms.Form):
    head = forms.CharField(label="户主", help_text="与户口簿一致")
    phone = forms.CharField(label="手机", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("family", "家庭")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="已说明", required=False)

    def clean_phone(self):
        raise forms.ValidationError("手机号应为11位数字")


def render(source, **known):
    return Template("{% load liaison %}" + source).render(Context(known))


def tokens():
    found = re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (STATIC / "css/tokens.css").read_text())
    return dict(found)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("text", ["ink", "ink-soft", "ink-faint", "link", "accent", "red", "amber", "green", "blue"])
@pytest.mark.parametrize("ground", ["surface", "paper", "sunken"])
def test_text_is_readable_on_every_ground(text, ground):
    assert contrast(tokens()[text], tokens()[ground]) >= 4.5


@pytest.mark.parametrize("tone", ["grey", "blue", "teal", "violet", "amber", "green", "red"])
def test_a_tone_is_readable_on_its_soft_ground(tone):
    assert contrast(tokens()[tone], tokens()[f"{tone}-soft"]) >= 4.5


def test_buttons_borders_and_bars_stand_out():
    known = tokens()
    assert contrast(known["on-accent"], known["accent"]) >= 4.5
    assert contrast(known["line-strong"], known["surface"]) >= 3
    assert contrast(known["focus"], known["paper"]) >= 3
    assert all(contrast(known[f"series-{n}"], known["surface"]) >= 3 for n in range(1, 7))


def test_every_token_that_is_used_is_defined():
    defined, used = set(), set()
    for sheet in (STATIC / "css").glob("*.css"):
        defined |= set(re.findall(r"(--[\w-]+):", sheet.read_text()))
        used |= set(re.findall(r"var\((--[\w-]+)", sheet.read_text()))
    assert used - defined == set()


BADGES = [*Status, *Verdict.Value, *Visit.Outcome, *Job.State, Urgency.CRITICAL, Urgency.URGENT]


@pytest.mark.parametrize("status", [str(status) for status in BADGES])
def test_every_word_that_becomes_a_badge_has_a_shape(status):
    assert f'.badge[data-status="{status}"]' in PARTS_CSS


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_carries_what_our_csp_refuses(template):
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:|https?://(?!www\.w3\.org)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_every_icon_a_template_names_is_in_the_sprite(template):
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))
    assert set(re.findall(r'{% icon "([\w-]+)" %}', template.read_text())) <= sprite


def test_the_libraries_in_the_tree_are_the_ones_the_script_fetches():
    pinned = set(re.findall(r"^take (\S+) (\S+)", (STATIC / "vendor/refresh.sh").read_text(), re.MULTILINE))
    present = {(path.read_text().strip(), path.parent.name) for path in (STATIC / "vendor").glob("*/VERSION")}
    assert present == pinned
    assert all((STATIC / "vendor" / folder / "LICENSE").exists() for _, folder in pinned)


@pytest.mark.parametrize("script", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_scripts_keep_to_what_chromium_78_can_read(script):
    assert not re.search(r"\?\?|[\w)\]]\?\.[A-Za-z_$(\[]|\|\|=|&&=", script.read_text())


def test_a_badge_says_its_word_and_escapes_it():
    assert render("{% badge 'assigned' label %}", label="<已交办>") == (
        '<span class="badge" data-status="assigned">&lt;已交办&gt;</span>'
    )


def test_a_deadline_chip_carries_words_tone_and_the_full_moment():
    chip = render("{{ at|due:now }}", at=NOW.replace(hour=18), now=NOW)
    assert 'data-due="today"' in chip
    assert 'title="11月21日 18:00"' in chip
    assert "今天18:00到期</time>" in chip
    assert render("{{ at|due:now }}", at=None, now=NOW) == ""


def test_a_field_ties_label_help_and_error_to_its_input():
    html = render("{% fields form %}", form=HouseholdForm({"phone": "12", "kind": "family"}))
    assert '<label for="id_head">户主</label>' in html
    assert 'id="id_head_helptext"' in html
    assert 'id="id_head_error"' in html
    assert 'aria-describedby="id_head_helptext id_head_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<a href="#id_phone">手机：手机号应为11位数字</a>' in html
    assert '手机<span class="optional">选填</span>' in html
    assert "<legend>类别</legend>" in html


def test_choices_longer_than_half_a_phone_stand_one_below_the_other():
    class Triage(forms.Form):
        urgency = forms.ChoiceField(choices=[("urgent", "急")], widget=forms.RadioSelect)
        category = forms.CharField(widget=forms.RadioSelect(choices=[("works", "基础设施（路、桥、水）")]))
        place = forms.ChoiceField(choices=[("1", "和平县彭寨镇水口村第一网格")])

    fields = render("{% fields form %}", form=Triage()).split("</fieldset>")
    assert ["data-long" in field for field in fields] == [False, True, False]


def test_a_good_form_shows_no_error_summary():
    assert "error-summary" not in render("{% fields form %}", form=HouseholdForm())


def test_a_figure_shows_its_denominator_and_leads_to_its_list():
    html = render('{% figure "结对覆盖" 24180 24300 href="/pairings/" unit="户" %}')
    assert '<a class="figure" href="/pairings/"' in html
    assert "99.5% <small>24,180 / 24,300户</small>" in html
    assert '<progress max="24300" value="24180"' in html


def test_a_figure_of_nothing_is_a_dash():
    assert "— <small>0 / 0</small>" in render('{% figure "满意率" 0 0 %}')


def test_bars_share_one_scale_unless_they_have_their_own_whole():
    rows = [{"label": "水南镇", "value": 20}, {"label": "高唐镇", "value": 5}]
    assert render('{% bars rows "逾期" %}', rows=rows).count('max="20"') == 2
    own = [{"label": "水南镇", "value": 20, "total": 40, "href": "/x/"}]
    html = render('{% bars rows "覆盖" "已结对" %}', rows=own)
    assert 'max="40" value="20"' in html
    assert "50.0%" in html
    assert '<a href="/x/">水南镇</a>' in html


def test_the_stage_track_marks_where_the_issue_stands():
    states = re.compile(r'data-state="(\w+)"')
    assert states.findall(render('{% stages "督办" %}')) == ["done", "done", "current", "todo"]
    assert states.findall(render('{% stages "销号" ended=True %}')) == ["done"] * 4
    assert states.findall(render('{% stages "–" %}')) == ["todo"] * 4


def test_a_masked_value_offers_to_be_seen_only_where_there_is_something_to_see():
    assert 'data-reveal="/reveal/1/"' in render('{% masked "138****8000" "/reveal/1/" "手机" %}')
    assert "查看" not in render('{% masked "138****8000" %}')
    assert "查看" not in render('{% masked "" "/reveal/1/" %}')


def test_a_job_stops_asking_when_it_has_finished():
    assert "hx-trigger" in render('{% job "导入" 5 10 "/job/1/" False %}')
    assert "hx-trigger" not in render('{% job "导入" 10 10 "/job/1/" True %}')


def test_the_filter_bar_offers_to_clear_only_what_is_set():
    bare, narrowed = RequestFactory().get("/issues/"), RequestFactory().get("/issues/", {"head": "黄"})
    assert "清除条件" not in render("{% filters form %}", form=HouseholdForm(), request=bare)
    assert "清除条件" in render("{% filters form %}", form=HouseholdForm(), request=narrowed)


def test_a_title_is_written_once_and_shown_in_the_tab_and_on_the_page():
    html = render("{% keep as heading %} 水口村<渠> {% endkeep %}[{{ heading }}][{{ heading }}]")
    assert html == "[水口村<渠>][水口村<渠>]"


def _every_form() -> Iterator[type[forms.BaseForm]]:
    found = list(forms.BaseForm.__subclasses__())
    while found:
        one = found.pop()
        found += one.__subclasses__()
        yield one


def test_no_input_hides_what_htmx_asks_the_form_for():
    """A choice called `form` takes the place of element.form, and the form is never sent."""
    get_resolver().url_patterns  # noqa: B018  every page is imported
    named = {(one.__name__, name) for one in _every_form() for name in getattr(one, "base_fields", {})}
    assert len(named) > 100
    assert [each for each in named if each[1] == "form"] == []
