"""Every faulty model is refused at its culprit and without side effect; its mended twin passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.case import Case
from tests.gate.judge import complaints_of_right, complaints_of_wrong, the_gate
from tests.gate.models import by_class
from tests.gate.probe import Probe, a_probe

CASES = [pytest.param(case, id=f"{kind}-{case}") for kind, cases in by_class().items() for case in cases]


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    with a_probe(tmp_path) as made:
        yield made


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_model_is_refused_where_its_fault_is(case: Case, probe: Probe, tmp_path: Path) -> None:
    assert complaints_of_wrong(case, the_gate, probe, tmp_path / "wrong") == []


@pytest.mark.parametrize("case", CASES)
def test_its_mended_twin_passes(case: Case, probe: Probe, tmp_path: Path) -> None:
    assert complaints_of_right(case, the_gate, probe, tmp_path / "right") == []
