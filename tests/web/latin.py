"""Finds what is not Chinese on a page, and walks from page to page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

#: Codes of tasks and clauses, numbers of cases, kinds of files and of addresses, the sign of the drawing tool.
ALLOWED = re.compile(r"P\d\d-\w+(-\w+)?|(FH|YZ|JL|QZ|DL)-[\w.-]+|jpg|png|pdf|docx|xlsx|yaml|json|csv|https|BPMN\.iO")
SPOKEN = re.compile(r'\s(?:aria-label|placeholder|title|alt)="([^"]*)"')
UNSEEN = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.DOTALL)
LATIN = re.compile(r"[A-Za-z][A-Za-z_.'-]*")
LINK = re.compile(r'href="(/[^"#]*)')
#: Addresses that are no pages, or that change what the next page looks like.
NO_PAGES = re.compile(r"/(static|text-size|files/|public)|.*/(sheet|docx/\d+|scans/\d+)(\?|$)")
MOST = 160


def latin_in(page: str) -> list[str]:
    """Return the Latin words that a person would see or hear on this page."""
    shown = UNSEEN.sub(" ", page)
    text = " ".join([re.sub(r"<[^>]*>", " ", shown), *SPOKEN.findall(shown)])
    return LATIN.findall(ALLOWED.sub(" ", unescape(text)))


def plain(page: str) -> str:
    """Return what a person reads on this page, without the marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<main")[2]))


def pages(get: Callable[[str], str], start: str) -> Iterator[tuple[str, str]]:
    """Yield every page that can be reached by links from here, with its address; each address once."""
    waiting, seen = [start], {start}
    for _ in range(MOST):
        if not waiting:
            return
        path = waiting.pop(0)
        text = get(path)
        yield path, text
        links = [unescape(one) for one in LINK.findall(text)]
        fresh = [one for one in dict.fromkeys(links) if one not in seen and not NO_PAGES.match(one)]
        seen.update(fresh)
        waiting += fresh
