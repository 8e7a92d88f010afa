"""What the root conftest promises every test."""

import os
import socket
import urllib.request

import pytest
from django.conf import settings
from django.core.cache import cache
from django.templatetags.static import static

from liaison.bootstrap import BROWSER_WORDS


def test_nothing_but_loopback_can_be_reached():
    with pytest.raises(RuntimeError, match=r"tried to reach 192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match=r"tried to reach example\.org"):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_loopback_stays_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_broker_and_cache_are_not_those_of_a_running_installation():
    numbers = {
        int(url.rsplit("/", 1)[1]) for url in (settings.CELERY_BROKER_URL, settings.CACHES["default"]["LOCATION"])
    }
    assert len(numbers) == 2
    assert min(numbers) >= 2
    cache.set("kept", 1)
    assert cache.get("kept") == 1


def test_static_files_need_not_be_collected():
    assert static("css/any.css") == "/static/css/any.css"


@pytest.mark.browser
@pytest.mark.skipif(not BROWSER_WORDS.exists(), reason="chromium-l10n is not installed")
def test_the_browser_speaks_chinese_by_itself(chromium):
    page = chromium.new_page()
    assert page.evaluate("navigator.language") == "zh-CN"
    page.close()


@pytest.mark.browser
def test_the_browser_shows_chinese(chromium):
    page = chromium.new_page()
    page.set_content("<p>联户通</p>")
    assert page.inner_text("p") == "联户通"
    page.close()
    assert os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
