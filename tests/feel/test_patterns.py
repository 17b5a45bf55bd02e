"""Regular expressions: XPath's syntax, and a bound on their work."""

from __future__ import annotations

import contextlib
import time

import pytest

from engine.feel import TooMuch, limits
from engine.feel.patterns import replace, search, split
from engine.feel.runtime import Run


@pytest.mark.parametrize(
    ("text", "pattern", "flags"),
    [
        ("abracadabra", "bra", ""),
        ("abracadabra", "^a.*a$", ""),
        ("helloworld", "hello[ ]?world", "x"),
        ("hello world", "hello\\ sworld", "x"),
        ("HELLO", "hello", "i"),
        ("a\nb", "^b$", "m"),
        ("a\nb", "a.b", "s"),
        ("a.b", "a.b", "q"),
        ("abcabc", "(abc)\\1", ""),
        ("abab", "(?:ab){2}", ""),
        ("b", "[a-z-[aeiou]]", ""),
        ("É", "\\p{Lu}", ""),
        ("儿", "\\p{IsCJKUnifiedIdeographs}", ""),
        ("x-1", "^\\i\\c*$", ""),
        ("3", "^[\\d.]$", ""),
        ("-", "^[-a]$", ""),
        ("", "^(a*)*$", ""),
    ],
)
def test_a_pattern_is_found(text: str, pattern: str, flags: str) -> None:
    assert search(Run(), text, pattern, flags) is True


@pytest.mark.parametrize(
    ("text", "pattern", "flags"),
    [
        ("hello world", "hello world", "x"),
        ("a\nb", "a.b", ""),
        ("a\nb", "^b$", ""),
        ("aXb", "a.b", "q"),
        ("e", "[a-z-[aeiou]]", ""),
        ("x", "[^X]", "i"),
        ("ab", "^a$", ""),
    ],
)
def test_a_pattern_is_not_found(text: str, pattern: str, flags: str) -> None:
    assert search(Run(), text, pattern, flags) is False


@pytest.mark.parametrize(
    "pattern",
    ["[", "(", ")", "a{2,1}", "[z-a]", "a**", "\\y", "(?=a)", "(?P<a>b)", "\\1", "(a\\1)", "\\p{Nothing}", "{1}", "[]",
     "((a{999}){999}){999}", "(" * 50 + "a" + ")" * 50, "a" * 1001],
)  # fmt: skip
def test_what_is_no_pattern_is_null(pattern: str) -> None:
    assert search(Run(), "a", pattern, "") is None


def test_an_unknown_flag_is_null() -> None:
    assert search(Run(), "a", "a", "g") is None


@pytest.mark.parametrize(
    ("text", "pattern", "new", "expected"),
    [
        ("banana", "(an)+", "**", "b**a"),
        ("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3", "(012) 345-6789"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("reluctant", "r.*?t", "X", "Xant"),
        ("abc", "b", "\\$", "a$c"),
        ("abc", "(b)", "$11", "ab1c"),
        ("abc", "b", "$", None),
        ("abc", "b", "\\n", None),
        ("abc", "x*", "-", None),
    ],
)
def test_matches_are_replaced(text: str, pattern: str, new: str, expected: str | None) -> None:
    assert replace(Run(), text, pattern, new, "") == expected


def test_a_text_is_split_at_matches() -> None:
    assert split(Run(), "a;b;;c;", ";") == ["a", "b", "", "c", ""]
    assert split(Run(), "a", "x?") is None


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){20}", "(a*)*\\1b", "(a?){30}a{30}\\1b"])
def test_a_pattern_that_hangs_elsewhere_ends_in_time(pattern: str) -> None:
    run = Run()
    start = time.thread_time()

    with contextlib.suppress(TooMuch):
        search(run, "a" * 5_000 + "!", pattern, "")

    assert limits.MAX_STEPS - run.steps > 0
    assert time.thread_time() - start < 0.5
