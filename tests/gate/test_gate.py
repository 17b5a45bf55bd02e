"""Every faulty model is refused at its culprit and without side effect; its mended twin passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.judge import complaints_of_right, complaints_of_wrong, the_gate
from tests.gate.models import by_class
from tests.gate.probe import Probe, a_probe

CLASSES = by_class()
#: The fewest models of each class.
FEWEST = {
    "crosschecks": 8,
    "elsewhere": 20,
    "legal": 8,
    "lookalikes": 8,
    "permissions": 8,
    "script": 12,
    "soundness": 10,
    "structure": 30,
    "timers": 10,
    "xmlsource": 25,
}


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    with a_probe(tmp_path) as made:
        yield made


def test_every_class_has_its_models() -> None:
    assert {kind: len(CLASSES.get(kind, ())) for kind in FEWEST if len(CLASSES.get(kind, ())) < FEWEST[kind]} == {}


def test_no_two_models_have_one_name() -> None:
    names = [case.name for cases in CLASSES.values() for case in cases]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("kind", CLASSES)
def test_faulty_models_are_refused_where_the_fault_is(kind: str, probe: Probe, tmp_path: Path) -> None:
    assert complaints_of_wrong(CLASSES[kind], the_gate, probe, tmp_path) == {}


@pytest.mark.parametrize("kind", CLASSES)
def test_their_mended_twins_pass(kind: str, probe: Probe, tmp_path: Path) -> None:
    assert complaints_of_right(CLASSES[kind], the_gate, probe, tmp_path) == {}
