"""A grid leader's day without a signal, in a real browser against a real server."""

import json
from contextlib import contextmanager

import pytest
from django.db import connection
from PIL import Image
from playwright.sync_api import expect

from households.models import Household
from issues.models import Evidence, Issue
from surfaces.tests.field_cast import Patch
from surfaces.tests.handset import OFFLINE_READY, SYNCED, Handset
from visits.models import Visit, VisitPhoto, VisitTrigger
from workdays.now import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VISITS, HEARD_ON_VISITS, HEARD_APART = 50, 5, 5


@pytest.fixture
def patch(cast):
    return Patch(cast)


@pytest.fixture
def handset(chromium, live_server, tmp_path):
    one = Handset(chromium, live_server.url, tmp_path / "phone")
    yield one
    one.put_away()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "水渠.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(path, "JPEG")
    return path


@contextmanager
def failing_at(number):
    """The database itself refuses the n-th visit: the server answers 500."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (SELECT count(*) FROM visits_visit) >= {number} THEN RAISE EXCEPTION 'disk full'; END IF;
            RETURN NEW; END $$;
            CREATE TRIGGER fail_once BEFORE INSERT ON visits_visit FOR EACH ROW EXECUTE FUNCTION fail_once();"""
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION fail_once() CASCADE")


def looked_after_by(patch, user, number):
    member = patch.add_member("赖网格长", user=user)
    homes = [patch.add_household(f"赖{chr(0x4E00 + i)}生", patch.cast.cell) for i in range(number)]
    return [patch.pair(one, member) for one in homes]


def form_of(one, page="visit"):
    return f"/field/households/{one.pk}/{page}/"


def tick(handset, label):
    handset.page.locator("label", has_text=label).first.click()


def saved_on_the_phone(handset):
    handset.page.wait_for_url("**/field/queue/")


def record(handset, one, *, title="", photo=None):
    handset.open(form_of(one))
    tick(handset, "见面")
    if title:
        handset.page.get_by_text("同时提一件诉求").click()
        handset.page.fill("[name=title]", title)
        handset.page.get_by_text("照片", exact=True).click()
        handset.page.set_input_files("[name=photo]", photo)
    handset.press("保存走访")
    saved_on_the_phone(handset)


def hear(handset, one, title, photo):
    handset.open(f"/field/issues/new/?household={one.pk}")
    handset.page.fill("[name=title]", title)
    tick(handset, "入户走访")
    handset.page.set_input_files("[name=photos]", photo)
    handset.press("提交诉求")
    saved_on_the_phone(handset)


def test_a_day_without_a_signal_loses_nothing_and_doubles_nothing(handset, patch, grid_leader, photo):
    homes = looked_after_by(patch, grid_leader, VISITS)
    handset.enter(grid_leader)
    handset.ready_for_the_day()
    handset.put_away()  # a browser writes its own things to disk late: the day was fetched in the morning, not just now
    handset.switch_on()

    handset.signal(False)
    handset.open("/field/households/?list=mine")
    handset.page.get_by_text("离线内容 · 更新于").wait_for()
    assert handset.page.locator("a.cell").count() == VISITS
    handset.open(f"/field/households/{homes[0].pk}/")
    assert homes[0].address in handset.page.content()

    began = now()
    for i, one in enumerate(homes[:25]):
        record(handset, one, title="水渠漏水" if i < HEARD_ON_VISITS else "", photo=photo)
    handset.wait_for_line("25条待发送")
    handset.open(form_of(homes[25]))
    handset.page.get_by_text("困难", exact=True).click()
    handset.page.fill("[name=difficulty]", "写到一半")
    handset.wait_for_draft(form_of(homes[25]))
    handset.page_killed()
    handset.open(form_of(homes[25]))
    expect(handset.page.locator("[name=difficulty]")).to_have_value("写到一半")
    handset.battery_gone()

    handset.switch_on()
    handset.signal(False)
    handset.open("/field/")
    handset.wait_for_line("25条待发送")
    handset.worker_is_there()
    for one in homes[25:]:
        record(handset, one)
    for one in homes[:HEARD_APART]:
        hear(handset, one, "路灯不亮", photo)
    handset.wait_for_line("55条待发送")
    ended = now()
    assert Visit.objects.count() == 0

    second = handset.context.new_page()
    handset.open("/field/queue/", second)
    with failing_at(VISITS // 2):
        handset.signal(True)
        handset.wait_for_line("30条待发送")
        assert Visit.objects.count() == VISITS // 2
    handset.page_killed()
    handset.page = handset.open("/field/queue/", second)
    handset.press("现在发送")
    third = handset.context.new_page()
    handset.open("/field/queue/", third)
    handset.wait_for_line(SYNCED)
    handset.wait_for_line(SYNCED, third)

    visits = Visit.objects.all()
    assert visits.count() == VISITS
    assert {one.household_id for one in visits} == {one.pk for one in homes}
    assert all(began <= one.at <= ended < one.recorded_at for one in visits)
    assert [one.household_id for one in visits.order_by("at")] == [one.pk for one in homes]
    assert VisitPhoto.objects.count() == HEARD_ON_VISITS
    assert Issue.objects.filter(title="水渠漏水", visit__photos__isnull=False).count() == HEARD_ON_VISITS
    heard = Issue.objects.filter(title="路灯不亮")
    assert heard.count() == HEARD_APART
    assert Evidence.objects.filter(issue__in=heard, kind=Evidence.Kind.BEFORE).count() == HEARD_APART
    assert handset.complaints == []


def test_an_answer_that_is_lost_on_its_way_back_doubles_nothing(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    lost = []

    def lose(route):
        route.fetch()
        lost.append(1)
        route.abort()

    handset.page.route("**/visit/", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    record(handset, patch.mine)
    assert lost
    handset.page.unroute_all()
    assert Visit.objects.count() == 1
    handset.press("现在发送")
    handset.wait_for_line(SYNCED)
    assert Visit.objects.count() == 1


def test_with_a_signal_a_form_leads_on_as_ever(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.open(form_of(patch.mine))
    tick(handset, "见面")
    handset.press("保存走访")
    handset.page.wait_for_url("**/field/visits/*/")
    handset.page.get_by_text("走访已保存").wait_for()
    handset.wait_for_line(SYNCED)


def test_what_the_server_refuses_is_opened_corrected_and_sent(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    handset.open(form_of(patch.mine))
    handset.press("保存走访")
    handset.page.locator(".error-summary", has_text="请选择见到人没有").wait_for()
    tick(handset, "见面")
    handset.page.get_by_text("不是刚才走访的").click()
    handset.page.fill("[name=visited_at]", "2020-01-01T08:00")
    handset.press("保存走访")
    saved_on_the_phone(handset)

    handset.signal(True)
    handset.wait_for_line("1条要处理")
    handset.page.get_by_text("走访时间早于结对日期").wait_for()
    handset.press("打开修改")
    handset.page.wait_for_url("**/visit/")
    handset.page.locator(".error-summary", has_text="走访时间早于结对日期").wait_for()
    assert handset.page.is_checked("[name=outcome][value=met]")
    handset.page.fill("[name=visited_at]", "")
    handset.press("保存走访")
    handset.page.wait_for_url("**/field/visits/*/")
    assert Visit.objects.get().recorded_at.year > 2020
    assert handset.count("queue") == 0


def test_what_is_held_back_is_given_up_after_a_second_press(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    handset.open(form_of(patch.mine))
    tick(handset, "见面")
    handset.page.get_by_text("不是刚才走访的").click()
    handset.page.fill("[name=visited_at]", "2020-01-01T08:00")
    handset.press("保存走访")
    saved_on_the_phone(handset)
    handset.signal(True)
    handset.press("放弃这一条")
    assert handset.count("queue") == 1
    handset.press("确定放弃")
    handset.page.locator("[data-queue-empty]").wait_for()
    assert (handset.count("queue"), Visit.objects.count()) == (0, 0)


def test_a_trigger_and_the_visit_that_answers_it_go_in_the_order_of_doing(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    handset.open(form_of(patch.mine, "trigger"))
    tick(handset, "有困难必访")
    handset.press("三必访")
    saved_on_the_phone(handset)
    record(handset, patch.mine)
    handset.signal(True)
    handset.wait_for_line(SYNCED)
    assert VisitTrigger.objects.get().answered_by == Visit.objects.get()


def test_an_ended_session_waits_for_the_same_person(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    record(handset, patch.mine)
    handset.leave_the_session()
    handset.signal(True)
    handset.wait_for_line("请重新登录")
    assert handset.count("queue") == 1
    handset.page.get_by_role("link", name="请重新登录").click()
    handset.page.wait_for_url("**/login/**")
    handset.page.wait_for_function(f"async () => await ({_COUNT_PAGES})() === 0")
    handset.enter(member)
    handset.open("/field/queue/")
    handset.wait_for_line(SYNCED)
    assert Visit.objects.get().entered_by == member


def test_somebody_else_on_the_phone_sees_nothing_and_the_first_loses_nothing(handset, patch, member, grid_leader):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    record(handset, patch.mine)
    handset.enter(grid_leader)
    handset.signal(True)
    handset.open("/field/")
    handset.wait_for_line(OFFLINE_READY)
    assert handset.count("queue") == 1
    handset.open("/field/queue/")
    handset.page.locator("[data-queue-empty]").wait_for()
    handset.signal(False)
    handset.open(f"/field/households/{patch.mine.pk}/")
    handset.page.get_by_text("这一页没有存在手机上").wait_for()
    assert Visit.objects.count() == 0

    handset.enter(member)
    handset.signal(True)
    handset.open("/field/")
    handset.wait_for_line(SYNCED)
    assert Visit.objects.get().entered_by == member


def test_who_leaves_is_asked_about_what_is_not_sent_and_takes_the_day_along(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    assert handset.count("pages") > 4
    handset.signal(False)
    record(handset, patch.mine)
    handset.leave_the_session()  # so that nothing is sent before the button is pressed
    handset.open("/field/me/")
    handset.press("退出登录")
    asked = handset.page.get_by_role("dialog", name="还有没发出去的内容")
    assert "还有1条没有发出去" in asked.inner_text()
    handset.signal(True)
    asked.get_by_role("button", name="保留并退出").click()
    handset.page.wait_for_url("**/login/")
    assert (handset.count("pages"), handset.count("queue")) == (0, 1)
    assert "赖" not in json.dumps(handset.page.evaluate(_CLEAR_WORDS), ensure_ascii=False)


def test_a_phone_that_stays_away_too_long_forgets_the_day(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    handset.open(form_of(patch.mine))
    handset.page.get_by_text("离线内容 · 更新于").wait_for()
    handset.page.evaluate(_DAYS_LATER)
    handset.open(form_of(patch.mine))
    handset.page.get_by_text("这一页没有存在手机上").wait_for()
    assert handset.count("pages") == 0
    assert handset.page.evaluate(_HOLDER) is None


def test_an_edit_over_somebody_elses_shows_both_values(handset, patch, member):
    handset.enter(member)
    handset.ready_for_the_day()
    handset.signal(False)
    handset.open(f"/field/households/{patch.mine.pk}/")
    handset.page.get_by_text("更正电话、地址", exact=True).click()
    handset.page.fill("[name=phone]", "13900001111")
    handset.press("保存更正")
    saved_on_the_phone(handset)
    Household.objects.filter(pk=patch.mine.pk).update(phone="13700002222")

    handset.signal(True)
    handset.wait_for_line("1条要处理")
    both = "电话：刚刚被别人改成137****2222，您填的是13900001111"
    handset.page.get_by_text("刚刚被别人改成137****2222，您填的是13900001111").wait_for()
    assert Household.objects.get(pk=patch.mine.pk).phone == "13700002222", both
    handset.press("打开修改")
    expect(handset.page.locator("[name=phone]")).to_have_value("13900001111")
    handset.press("保存更正")
    handset.page.wait_for_url(f"**/field/households/{patch.mine.pk}/")
    handset.wait_for_line(SYNCED)
    assert Household.objects.get(pk=patch.mine.pk).phone == "13900001111"


def test_the_phone_keeps_only_what_its_person_looks_after_and_nothing_in_clear(handset, patch, grid_leader):
    (home,) = looked_after_by(patch, grid_leader, 1)
    handset.enter(grid_leader)
    handset.ready_for_the_day()
    kept = handset.page.evaluate(_URLS)
    assert f"/field/households/{home.pk}/" in kept
    assert not [url for url in kept if f"/{patch.others.pk}/" in url or f"household={patch.others.pk}" in url]
    shell = handset.page.evaluate(_SHELL)
    assert "/static/css/field.css" in shell
    assert not [url for url in shell if url.startswith("/field/") and url != "/field/offline/"]
    assert home.head_name not in json.dumps(handset.page.evaluate(_CLEAR_WORDS), ensure_ascii=False)


def test_another_surface_is_never_kept(handset, patch, secretary):
    handset.enter(secretary)
    handset.ready_for_the_day()
    handset.open("/console/")
    assert handset.page.evaluate("navigator.serviceWorker.controller") is None


_ALL = """const all = name => new Promise(done => { const asked = indexedDB.open("liaison-field");
    asked.onsuccess = () => { const rows = asked.result.transaction(name).objectStore(name).getAll();
        rows.onsuccess = () => { asked.result.close(); done(rows.result); }; }; });"""
_COUNT_PAGES = f"async () => {{ {_ALL} return (await all('pages')).length; }}"
_URLS = f"async () => {{ {_ALL} return (await all('pages')).map(one => one.url); }}"
_CLEAR_WORDS = f"""async () => {{ {_ALL}
    const bytes = value => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
    const rows = [].concat(await all('pages'), await all('queue'), await all('state'));
    return rows.map(row => JSON.stringify(row, (name, value) => bytes(value))); }}"""
_HOLDER = """async () => new Promise(done => { const asked = indexedDB.open("liaison-field");
    asked.onsuccess = () => { const row = asked.result.transaction("state").objectStore("state").get("holder");
        row.onsuccess = () => { asked.result.close(); done(row.result || null); }; }; })"""
_DAYS_LATER = """async () => { const db = await idb.openDB("liaison-field");
    const holder = await db.get("state", "holder");
    await db.put("state", Object.assign(holder, { until: holder.at - 1 }), "holder"); db.close(); }"""
_SHELL = """async () => { const names = await caches.keys(); const found = [];
    for (const name of names) for (const request of await (await caches.open(name)).keys())
        found.push(new URL(request.url).pathname);
    return found; }"""
