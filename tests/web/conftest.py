"""The application over stand-in services, and a browser that is signed in."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.fakes import PASSWORD, FakeServices
from web.app import create_app


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def app(services: FakeServices) -> Flask:
    app = create_app(services, SimpleNamespace(secret_key="not a secret", demonstration=True))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


class Staff:
    """A person at a browser: opens pages, fills their forms, presses buttons."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sign_in(self, login: str = "chen", password: str = PASSWORD) -> Any:
        return self.submit("/sign-in", {"login": login, "password": password})

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def text(self, path: str) -> str:
        return str(self.client.get(path, follow_redirects=True).get_data(as_text=True))

    def submit(self, path: str, fields: dict[str, Any], *, page: str | None = None) -> Any:
        """Send a form with the hidden fields of the page it is on."""
        return self.client.post(path, data={**self.hidden(page or path), **fields})

    def hidden(self, page: str) -> dict[str, str]:
        text = self.client.get(page).get_data(as_text=True)
        main = re.search(r"<main.*?</main>", text, re.DOTALL)
        forms = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main[0] if main else text)
        return {name: value for name, value in forms if name in {"csrf_token", "version", "once", "unit", "next"}}


@pytest.fixture
def staff(browser: FlaskClient) -> Staff:
    one = Staff(browser)
    assert one.sign_in().status_code == 302
    return one


@pytest.fixture
def nobody(browser: FlaskClient) -> Staff:
    return Staff(browser)
