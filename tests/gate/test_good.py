"""Sound diagrams in the manner of the usual editors pass: a gate that refuses them is as bad as one with holes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.findings import Finding
from tests.gate.judge import REPOSITORY, the_gate, words

GOOD = sorted((Path(__file__).parent / "good").glob("*.bpmn"))


@pytest.fixture(scope="module")
def found() -> dict[str, list[Finding]]:
    return {file.stem: list(said) for file, said in zip(GOOD, the_gate(REPOSITORY, GOOD), strict=True)}


def test_there_are_enough_of_them() -> None:
    assert len(GOOD) >= 25


@pytest.mark.parametrize("name", [file.stem for file in GOOD])
def test_a_sound_diagram_of_another_editor_passes(name: str, found: dict[str, list[Finding]]) -> None:
    assert [str(one) for one in found[name] if one.severity == "error"] == []
    assert list(words(found[name])) == []
