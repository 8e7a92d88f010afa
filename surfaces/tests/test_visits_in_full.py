"""Visits on both surfaces: calls in vain, proof, hints, the notebook, and what the forms cost."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.models import Pairing
from issues.tests.cast import MONDAY
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import Patch, page, visit_form
from surfaces.visiting import QUESTIONS
from visits.actions import set_policy
from visits.models import VillageCheck, Visit, VisitHint, VisitSignature
from visits.tests.test_signatures import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


def at(name: str, patch: Patch) -> str:
    return reverse(name, args=[patch.mine.pk])


def test_the_second_call_in_vain_says_so(patch, visit, cast):
    for days in (2, 0):
        visit.client.logout()
        with time_machine.travel(MONDAY - timedelta(days=days), tick=False):
            form = visit_form(patch.mine, outcome="not_home")
            answer = visit.post(cast.member, at("field:visit", patch), form)
            shown = said(visit.get(cast.member, answer.url))
    assert "这是第2次上门未见" in shown
    assert "第2次上门未见" in visit(cast.member, answer.url)
    assert "已连续2次上门未见" in visit(cast.member, at("field:visit", patch))


def test_a_household_that_moved_reaches_the_village_and_then_whoever_may_end_it(patch, client, visit, cast):
    visit.post(cast.member, at("field:visit", patch), visit_form(patch.mine, outcome="moved"))
    assert "待核实住户" in page(client, cast.secretary, reverse("field:home"))
    check = VillageCheck.objects.get()
    url = reverse("field:check", args=[check.pk])
    assert visit.post(cast.member, url, {"finding": "left"}).status_code == 403
    answer = visit.post(cast.secretary, url, {"finding": "left", "note": "搬到县城"})
    assert "已转乡镇销户" in said(visit.get(cast.secretary, answer.url))
    listed = visit(cast.clerk, reverse("console:checks") + "?kind=left")
    assert "搬到县城" in listed
    assert "去销户" in listed


def signed(patch: Patch, **more) -> dict:
    picture = "data:image/png;base64," + base64.b64encode(drawn()).decode()
    return visit_form(patch.mine, signature=picture, **more)


def test_a_signature_is_seen_by_whoever_may_see_the_visit(patch, visit, cast):
    visit.post(cast.member, at("field:visit", patch), signed(patch))
    one = VisitSignature.objects.get()
    url = reverse("field:signature", args=[one.visit_id])
    assert url in visit(cast.member, reverse("field:visited", args=[one.visit_id]))
    assert url in visit(cast.clerk, reverse("console:visit", args=[one.visit_id]))
    picture = visit.get(cast.clerk, url)
    assert picture["Content-Type"] == "image/png"
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")
    assert visit.get(cast.other_clerk, url).status_code == 404


def test_where_the_county_asks_the_form_says_what_is_enough_and_keeps_what_was_typed(patch, visit, cast):
    set_policy(county=cast.county, failed_attempts=3, proof=True, by=cast.county_officer)
    assert "见面要留一样" in visit(cast.member, at("field:visit", patch))
    answer = visit.post(cast.member, at("field:visit", patch), visit_form(patch.mine, difficulty="屋顶漏雨"))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "本县要求见面走访留一样凭据" in shown
    assert "屋顶漏雨" in shown
    visit.post(cast.member, at("field:visit", patch), visit_form(patch.mine, unsigned="老人不识字"))
    assert Visit.objects.get().unsigned == "老人不识字"


def test_a_notebook_saves_what_is_right_and_keeps_the_rest(patch, visit, cast):
    second = patch.pair(patch.add_household("刘二妹", cast.cell), patch.member)
    url = reverse("console:notebook", args=[patch.member.pk])
    right, wrong = (Pairing.objects.get(household=home).pk for home in (patch.mine, second))
    given = {
        f"{right}-client_id": str(uuid4()),
        f"{right}-day": "2026-10-30",
        f"{right}-outcome": "met",
        f"{right}-difficulty": "缺劳力",
        f"{wrong}-client_id": str(uuid4()),
        f"{wrong}-day": "2026-12-30",
        f"{wrong}-outcome": "met",
        f"{wrong}-opinion": "路灯不亮",
    }
    answer = visit.post(cast.clerk, url, given)
    assert answer.status_code == 422
    shown = answer.content.decode()
    for words in ("1户没有记入", "另外1户已经记入", "还没有到，请核对", "路灯不亮", 'value="2026-12-30"'):
        assert words in shown
    kept = Visit.objects.get()
    assert (kept.household, kept.done_by, kept.entered_by) == (patch.mine, patch.member, cast.clerk)
    assert kept.difficulty == "缺劳力"
    again = visit.post(
        cast.clerk, url, {**given, f"{wrong}-day": "2026-10-31", f"{right}-outcome": "", f"{right}-difficulty": ""}
    )
    assert "已记入1户" in said(visit.get(cast.clerk, again.url))
    assert Visit.objects.count() == 2


def test_words_without_an_outcome_are_not_lost(patch, visit, cast):
    row = Pairing.objects.get(household=patch.mine).pk
    given = {f"{row}-client_id": str(uuid4()), f"{row}-day": "2026-10-30", f"{row}-difficulty": "缺劳力"}
    answer = visit.post(cast.clerk, reverse("console:notebook", args=[patch.member.pk]), given)
    assert answer.status_code == 422
    assert "写了情况，请选择结果" in answer.content.decode()


def test_a_notebook_keeps_all_five_answers_three_of_them_folded_away(patch, visit, cast):
    url = reverse("console:notebook", args=[patch.member.pk])
    row = Pairing.objects.get(household=patch.mine).pk
    shown = visit(cast.clerk, url)
    assert [shown.count(f'name="{row}-{question}"') for question in QUESTIONS] == [1] * 5
    assert "其他三问" in shown
    assert '<details class="disclosure" open' not in shown
    words = {question: f"{label}的话" for question, label in QUESTIONS.items()}
    given = {"client_id": str(uuid4()), "day": "2026-10-30", "outcome": "met", **words}
    visit.post(cast.clerk, url, {f"{row}-{name}": value for name, value in given.items()})
    kept = Visit.objects.get()
    assert {question: getattr(kept, question) for question in QUESTIONS} == words


def test_what_was_typed_in_the_fold_alone_is_not_lost_either(patch, visit, cast):
    set_policy(county=cast.county, failed_attempts=3, proof=True, by=cast.county_officer)
    url = reverse("console:notebook", args=[patch.member.pk])
    row = Pairing.objects.get(household=patch.mine).pk
    given = {"client_id": str(uuid4()), "day": "2026-10-30", "prosper": "想养蜂"}
    shown = visit.post(cast.clerk, url, {f"{row}-{name}": value for name, value in given.items()}).content.decode()
    for words in ("写了情况，请选择结果", "想养蜂", '<details class="disclosure" open', "见证和其他三问"):
        assert words in shown
    given |= {"outcome": "met", "unsigned": "老人不识字"}
    visit.post(cast.clerk, url, {f"{row}-{name}": value for name, value in given.items()})
    assert Visit.objects.get().unsigned == "老人不识字"


def typed_in(patch: Patch, **more) -> dict:
    pairing = Pairing.objects.get(household=patch.mine).pk
    known = {"client_id": str(uuid4()), "pairing": pairing, "visited_at": "2026-10-30T10:00", "outcome": "met"}
    return {**known, "trigger": "regular", **more}


def test_a_clerk_brings_in_what_was_signed_on_paper(patch, visit, cast):
    set_policy(county=cast.county, failed_attempts=3, proof=True, by=cast.county_officer)
    url = at("console:visit_record", patch)
    assert "有一样就行" in visit(cast.clerk, url)
    bare = visit.post(cast.clerk, url, typed_in(patch, difficulty="屋顶漏雨"))
    assert (bare.status_code, "本县要求见面走访留一样凭据" in bare.content.decode()) == (422, True)
    blank = SimpleUploadedFile("s.jpg", drawn(ink=False, kind="JPEG"), "image/jpeg")
    refused = visit.post(cast.clerk, url, typed_in(patch, signature=blank))
    assert "这张图里没有看到签名" in refused.content.decode()
    paper = SimpleUploadedFile("s.jpg", drawn(kind="JPEG"), "image/jpeg")
    assert visit.post(cast.clerk, url, typed_in(patch, signature=paper)).status_code == 302
    signature = VisitSignature.objects.get()
    assert reverse("field:signature", args=[signature.visit_id]) in visit(
        cast.clerk, reverse("console:visit", args=[signature.visit_id])
    )


def test_without_the_switch_nobody_is_asked_why_there_is_no_signature(patch, visit, cast):
    shown = visit(cast.clerk, at("console:visit_record", patch))
    assert 'name="unsigned"' not in shown
    visit.post(cast.clerk, at("console:visit_record", patch), typed_in(patch, witness="黄阿婆"))
    assert Visit.objects.get().witness == "黄阿婆"


def test_a_hint_is_gentle_and_a_note_ends_it(patch, visit, cast):
    hint = VisitHint.objects.create(rule="same_minute", member=patch.member, day=MONDAY.date(), count=5, made_at=MONDAY)
    assert "有1条不太常见的走访" in visit(cast.secretary, reverse("field:me"))
    shown = visit(cast.secretary, reverse("field:hints"))
    for words in ("有5户的走访时间在同一分钟", "多半有正当的原因", "不作考核依据"):
        assert words in shown
    visit.post(cast.secretary, reverse("field:hint", args=[hint.pk]), {"note": "院坝会"})
    assert "没有提示" in visit(cast.clerk, reverse("console:hints"))
    assert "院坝会" in visit(cast.clerk, reverse("console:hints") + "?state=settled")


def test_the_county_sees_what_the_forms_cost_and_which_fields_nobody_fills(patch, visit, cast):
    visit.post(cast.member, at("field:visit", patch), visit_form(patch.mine, difficulty="屋顶漏雨" * 20))
    visit.post(cast.member, reverse("field:suggestion"), {"client_id": str(uuid4()), "title": "走访表太长"})
    shown = said(visit.get(cast.county_officer, reverse("county:burden")))
    row = shown[shown.index("困难") :][:60]
    assert "1 / 1" in row
    assert "100.0%" in row
    assert "没有人填：家庭情况、发展意愿" in shown
    listed = visit(cast.county_officer, reverse("county:list", args=["suggestions"]))
    assert "走访表太长" in listed
