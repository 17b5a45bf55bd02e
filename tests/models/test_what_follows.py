"""The card 办理说明 tells of every task what comes after it, in words that staff know."""

from __future__ import annotations

import re
from functools import cache

import pytest

from engine.bpmn.release import Release, compile_release
from engine.service.modelfiles import load_bundle
from engine.service.reasons import what_follows
from tests.conftest import REPOSITORY

PLACES = ("fh", "yz", "jl", "qz", "dl")
LATIN = re.compile(r"[A-Za-z]{2,}")


@cache
def release_of(code: str) -> Release:
    return compile_release(code, load_bundle(REPOSITORY, code))


def said(release: Release) -> dict[str, str]:
    return {
        f"{key} {task.code}": what_follows(release, procedure.model, element)
        for key, procedure in release.procedures.items()
        for element, task in procedure.model.tasks.items()
    }


@pytest.mark.parametrize("code", PLACES)
def test_what_follows_is_told_of_every_task_in_chinese(code: str) -> None:
    told = said(release_of(code))

    assert len(told) > 60
    assert {task: words for task, words in told.items() if not words or LATIN.search(words.replace("DNA", ""))} == {}


@pytest.mark.parametrize("code", PLACES)
def test_what_follows_the_check_of_a_census_is_what_it_found(code: str) -> None:
    told = said(release_of(code)).get("P09 P09-T3")

    assert told is None or "隐患处置" in told
