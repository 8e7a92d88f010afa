"""A person before a page."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User


class Browser:
    """`visit(person, url)`: the page as text; `visit.get` and `visit.post` answer whole responses."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, person: User, url: str, **asked: Any) -> str:
        response = self.get(person, url, **asked)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def get(self, person: User, url: str, **asked: Any) -> Any:
        self.client.force_login(person)
        return self.client.get(url, asked)

    def post(self, person: User, url: str, given: dict[str, Any] | None = None, **headers: str) -> Any:
        self.client.force_login(person)
        return self.client.post(url, given or {}, headers=headers)


@pytest.fixture
def visit(client: Client) -> Browser:
    return Browser(client)


def said(response: HttpResponse) -> str:
    """The text of a page without its tags."""
    return re.sub(r"<[^>]+>", "", response.content.decode())
