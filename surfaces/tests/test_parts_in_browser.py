"""The parts' own JavaScript in a real browser against a real server, under the product's Content-Security-Policy."""

import json
from collections import Counter
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.shortcuts import render
from django.template import engines
from django.urls import path

pytestmark = pytest.mark.browser

PAGE = """{% extends "console/base.html" %}{% load liaison %}
{% block title %}零件{% endblock %}
{% block scripts %}{{ block.super }}{% include "parts/charts.html" %}{% endblock %}
{% block content %}
<form method="post" action="/save/">{% csrf_token %}<button name="move" value="close">保存</button></form>
<p>{% masked "138****8000" "/reveal/" "手机" %}</p>
<button type="button" data-dialog="sure">销号</button>
{% dialog "sure" "确认销号" %}<button type="button" data-close>不了</button>{% enddialog %}
{% job "导入" 1 2 "/job/" False %}
<button type="button" hx-get="/gone/">看移走的</button>
<button type="button" hx-get="/refused/">销了它</button>
<button type="button" hx-get="/late/">看过期的</button>
<button type="button" hx-get="/saved/" hx-push-url="/?saved">存一下</button>
<div class="chart" data-chart="bar" data-table="funnel"></div>
<table class="table" id="funnel"><thead><tr><th>阶段</th><th class="num">件数</th></tr></thead>
<tbody><tr><th>收集</th><td>13,263</td></tr></tbody></table>
{% endblock %}"""


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def _reveal(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f'<span class="masked" role="status">13812348000 {request.POST["reason"]}</span>')


urlpatterns = [
    path("", _page, name="home"),
    path("save/", lambda request: HttpResponse(status=204, headers={"X-Move": request.POST["move"]})),
    path("reveal/", _reveal),
    path("job/", lambda request: HttpResponse('<div class="job" role="status">已结束</div>')),
    path("refused/", lambda request: render(request, "parts/refused.html", {"sentence": "还没有交办"}, status=409)),
    path("gone/", lambda request: HttpResponseNotFound()),
    path("late/", lambda request: HttpResponseRedirect("/login/")),
    path("saved/", lambda request: HttpResponse(headers={"HX-Trigger": json.dumps({"toast": "已保存"})})),
    path("login/", lambda request: HttpResponse("<title>登录</title>"), name="login"),
    path("logout/", lambda request: HttpResponse(), name="logout"),
    path("security/", lambda request: HttpResponse(), name="security"),
]


class Desk:
    """A page, what it asked for and what the browser complained about."""

    def __init__(self, page, origin):
        self.page, self.origin = page, origin
        self.asked, self.complaints, self.moves = Counter(), [], []
        page.set_default_timeout(8000)
        page.on("request", lambda request: self.asked.update([request.url.removeprefix(origin)]))
        page.on("response", lambda response: self.moves.append(response.headers.get("x-move")))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{origin}/")

    def button(self, name):
        return self.page.get_by_role("button", name=name)


@pytest.fixture(scope="module")
def origin():
    """A server without a database, which pytest-django's live_server would empty after every test."""
    with ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, connections_override={}) as server:
        server.set_app(StaticFilesHandler(WSGIHandler()))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def desk(chromium, origin, settings):
    settings.ROOT_URLCONF = __name__
    context = chromium.new_context(locale="zh-CN")
    yield Desk(context.new_page(), origin)
    context.close()


def test_a_page_of_parts_breaks_no_rule_of_our_policy_and_asks_nobody_else(desk):
    desk.page.locator(".chart canvas").first.wait_for()
    desk.page.locator(".chart").hover()
    assert desk.complaints == []
    assert {urlsplit(asked).netloc for asked in desk.asked} == {""}


def test_a_double_click_sends_a_form_once_and_keeps_the_name_of_the_button(desk):
    desk.button("保存").dblclick()
    desk.page.wait_for_function("document.querySelector('button[name=move]').disabled")
    assert desk.asked["/save/"] == 1
    assert "close" in desk.moves


def test_two_presses_in_one_breath_are_one(desk):
    sent = desk.page.evaluate("""() => {
        const button = document.querySelector("button[name=move]");
        let sent = 0;
        button.form.addEventListener("submit", () => { sent += 1; });
        button.click();
        button.click();
        return sent;
    }""")
    assert sent == 1


def test_a_sleeping_button_wakes_when_the_page_is_shown_again(desk):
    desk.button("保存").click()
    desk.page.wait_for_function("document.querySelector('button[name=move]').disabled")
    desk.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert desk.button("保存").is_enabled()


def test_a_dialog_opens_and_closes(desk):
    desk.button("销号").click()
    dialog = desk.page.get_by_role("dialog", name="确认销号")
    dialog.wait_for()
    dialog.get_by_role("button", name="不了").click()
    dialog.wait_for(state="hidden")


def test_a_full_value_is_shown_only_after_a_reason_is_given(desk):
    desk.button("查看手机").click()
    ask = desk.page.get_by_role("dialog", name="查看手机")
    ask.get_by_role("button", name="查看并记录").click()
    assert desk.asked["/reveal/"] == 0
    ask.get_by_label("查看的原因").select_option("群众来电来访")
    ask.get_by_label("补充说明").fill("回电话")
    ask.get_by_role("button", name="查看并记录").click()
    desk.page.get_by_text("13812348000 群众来电来访：回电话").wait_for()


def test_a_job_asks_for_itself_until_it_has_finished(desk):
    desk.page.get_by_text("已结束").wait_for()
    desk.page.wait_for_timeout(1500)
    assert desk.asked["/job/"] == 1


def test_a_record_out_of_reach_is_said_in_words(desk):
    desk.button("看移走的").click()
    desk.page.locator(".toast", has_text="不在你的管辖范围内").wait_for()


def test_a_refusal_is_said_and_replaces_nothing(desk):
    desk.button("销了它").click()
    said = desk.page.locator(".toast", has_text="还没有交办")
    said.wait_for()
    assert desk.button("销了它").is_visible()
    said.get_by_role("button", name="知道了").click()
    said.wait_for(state="detached")


def test_an_ended_session_leads_to_sign_in_and_back(desk):
    desk.button("看过期的").click()
    desk.page.wait_for_url("**/login/?next=%2F")


def test_a_toast_comes_with_an_answer(desk):
    desk.button("存一下").click()
    desk.page.locator(".toast", has_text="已保存").wait_for()


def test_no_page_is_kept_in_the_browsers_storage(desk):
    desk.button("存一下").click()
    desk.page.wait_for_url("**/?saved")
    kept = desk.page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")
    assert kept == ["htmx-current-path-for-history"]
