"""People at work while parts of the system are killed: cases come in, tasks are done over HTTP, all acknowledged."""

from __future__ import annotations

import http.client
import http.cookiejar
import queue
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from engine.adapters.postgres import Cluster
from engine.build import Services
from tests.support.people import PASSWORD

#: What is answered in each task of the load, beside what the form is filled with.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "P01-T3": {"f.in_scope": "其他未成年人", "f.jurisdiction_ok": "true", "f.imminent": "false"},
    "P01-T4": {"f.merge_action": "新立", "f.merge_reason": "无在办个案"},
}
REPORT = {
    "channel": "其他",
    "anonymous": True,
    "situations": ["S1"],
    "narrative": "孩子独自在家",
    "received_by": "fh.police",
}
#: How the page of a task says that it is done; the words alone also stand in the note about the last one.
DONE = 'st st-done">已办结'
#: What a kill may look like from outside; the person tries again.
BROKEN = (urllib.error.URLError, http.client.HTTPException, OSError)


@dataclass
class Load:
    """What is going on, and what was acknowledged."""

    url: str
    cluster: Cluster
    services: Services
    place: str
    logins: tuple[str, ...]
    done: list[int] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    setbacks: list[str] = field(default_factory=list)
    in_flight: int = 0
    _work: queue.Queue[tuple[int, str]] = field(default_factory=queue.Queue)
    _seen: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)
    _no_more_cases: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going(self, patience: float = 90) -> Iterator[None]:
        """Let people work until the end of the block, and then until everything is done or patience ends."""
        threads = [
            threading.Thread(target=self._find_work, daemon=True),
            threading.Thread(target=self._report, daemon=True),
        ]
        threads += [threading.Thread(target=self._person, args=(login,), daemon=True) for login in self.logins]
        for thread in threads:
            thread.start()
        try:
            yield
            self._no_more_cases.set()
            self._drain(patience)
        finally:
            self._no_more_cases.set()
            self._closing.set()
            for thread in threads:
                thread.join(20)

    @contextmanager
    def flying(self) -> Iterator[None]:
        """Count a request while it is under way."""
        with self._lock:
            self.in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self.in_flight -= 1

    # ------------------------------------------------------------------ cases and tasks

    def _report(self) -> None:
        """Report again and again, never so much that nobody gets to the end of it."""
        while not self._no_more_cases.is_set():
            if self._work.qsize() > 3 * len(self.logins):
                time.sleep(0.05)
                continue
            try:
                code = self.services.reports.report_public("fh", "P01", {**REPORT, "place": self.place}, {})
            except Exception as error:  # noqa: BLE001 - not acknowledged, whatever it was; the outcome is judged at the end
                self.setbacks.append(repr(error))
                time.sleep(0.2)
            else:
                self.receipts.append(code)

    def _find_work(self) -> None:
        """Hand out every task of the load once."""
        while not self._closing.is_set():
            for item, code in self._open_items():
                if item not in self._seen:
                    self._seen.add(item)
                    self._work.put((item, code))
            time.sleep(0.1)

    def _open_items(self) -> list[tuple[int, str]]:
        wanted = "SELECT id, code FROM work_item WHERE state IN ('open', 'claimed') AND code = ANY(%s) ORDER BY id"
        try:
            with self.cluster.connect("shouhu") as connection:
                return [(int(row[0]), str(row[1])) for row in connection.execute(wanted, (list(ANSWERS),))]
        except (psycopg.Error, OSError):
            return []

    def _drain(self, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not self._open_items() and self._work.empty() and not self.in_flight:
                return
            time.sleep(0.2)
        self.problems.append(f"still open when all was quiet: {self._open_items()[:10]}")

    # ------------------------------------------------------------------ people

    def _person(self, login: str) -> None:
        """Do one task after the other, trying again whatever happens."""
        browser = Browser(self.url)
        while not self._closing.is_set():
            try:
                item, code = self._work.get(timeout=0.2)
            except queue.Empty:
                continue
            while not self._closing.is_set():
                try:
                    if browser.do(login, item, ANSWERS[code], self.flying):
                        self.done.append(item)
                    break
                except BROKEN as error:
                    self.setbacks.append(repr(error))
                    time.sleep(0.1)
                except AssertionError as error:
                    self.problems.append(f"{code} {item}: {error}")
                    break


class Browser:
    """Just enough of one: cookies, forms, no redirects."""

    def __init__(self, url: str) -> None:
        self._url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _Stay())
        self._signed_in = False

    def do(self, login: str, item: int, answers: Mapping[str, str], flying: Any) -> bool:
        """Do a task; True when the system has said that it is done, whoever did it."""
        if not self._signed_in:
            self._sign_in(login)
        with flying():
            page = self._get(f"/items/{item}")
            if DONE in page:
                return True
            filled = {name: hidden(page, name) for name in ("csrf_token", "version", "once")}
            code, said, led_to = self._post(
                f"/items/{item}", {**prefilled(page), **filled, **answers, "do": "complete"}
            )
        if code == 302:
            if "/sign-in" in led_to:
                self._signed_in = False
                raise OSError("not signed in")
            return True
        if code >= 500:
            raise OSError(code)
        if DONE in self._get(f"/items/{item}"):  # what was not acknowledged before was done all the same
            return True
        raise AssertionError(f"{code}: {re.sub('<[^>]+>', ' ', said)[:400]}")

    def _sign_in(self, login: str) -> None:
        page = self._get("/sign-in")
        fields = {"csrf_token": hidden(page, "csrf_token"), "login": login, "password": PASSWORD}
        code, _, _ = self._post("/sign-in", fields)
        if code != 302:
            raise OSError(f"signing in was answered with {code}")
        self._signed_in = True

    def _get(self, path: str) -> str:
        with self._opener.open(self._url + path, timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    def _post(self, path: str, fields: Mapping[str, str]) -> tuple[int, str, str]:
        """Return the status, the page and where a redirect leads."""
        body = urllib.parse.urlencode(fields).encode()
        try:
            with self._opener.open(self._url + path, body, timeout=20) as answer:
                return int(answer.status), answer.read().decode(), ""
        except urllib.error.HTTPError as other:
            return other.code, other.read().decode(errors="replace"), other.headers.get("Location", "")


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_: Any) -> None:
        return None


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise OSError(f"no {name} in the page")
    return found.group(1)


def prefilled(page: str) -> dict[str, str]:
    """Return what text fields of the form hold already."""
    inputs = re.findall(r"<input[^>]*>", page)
    named = ((re.search(r'name="(f\.[^"]+)"', one), re.search(r'value="([^"]*)"', one), one) for one in inputs)
    return {
        name.group(1): value.group(1)
        for name, value, one in named
        if name and value and not re.search(r'type="(radio|checkbox|file)"', one)
    }
