"""What every test gets: no network but loopback, its own Redis databases, plain static files, a browser."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BROWSER_LANGUAGE = {"LANGUAGE": "zh_CN"}
"""What the browser itself writes (选择文件, 年/月/日); English where its Chinese words are not installed."""
PLAIN_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_configure(config: pytest.Config) -> None:
    _keep_off_the_network()
    _use_own_redis_databases(os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it


def _keep_off_the_network() -> None:
    """Only loopback: a test that reaches further fails with the address it tried."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_local(address[0])
        return connect(self, address)

    def guarded_look_up(host, *arguments, **options):
        _refuse_unless_local(host)
        return look_up(host, *arguments, **options)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)


def _refuse_unless_local(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return
    try:
        local = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        local = False
    if not local:
        raise RuntimeError(f"a test tried to reach {name}; only loopback is open in tests")


def _use_own_redis_databases(worker: str) -> None:
    """Databases 2 and up, two per xdist worker, so that no test meets a running installation or another test."""
    first = 2 + 2 * int(worker.removeprefix("gw"))
    url = django_settings.REDIS_URL
    django_settings.CELERY_BROKER_URL = f"{url}/{first}"
    django_settings.CACHES["default"]["LOCATION"] = f"{url}/{first + 1}"


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    """Pages name their static files without collectstatic having run."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_STATIC}


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium under Playwright; open pages with `chromium.new_context()`."""
    program = shutil.which("chromium")
    if program is None:
        missing = "chromium is not installed (make test installs it as root on Debian)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that uses the ORM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=BROWSER_FLAGS, env={**os.environ, **BROWSER_LANGUAGE}
        )
        yield browser
        browser.close()
