"""Who may read a case is still not told everything."""

from __future__ import annotations

import pytest

from engine.core.model import Acting, ActingUnit
from engine.core.routing import Directory, Unit
from engine.service.discretion import Discretion, discretion

SCHOOL = Unit(id=1, key="xx.school", name="小学", roles=("school",), area="xx")
DIRECTORY = Directory(parents={"xx": None}, units=(SCHOOL,), areas={"xx": 1})
FACTS = {"reporter_unit": "xx.school"}


def somebody(*roles: str, unit_id: int = 9) -> Acting:
    unit = ActingUnit(
        id=unit_id, key="xx.unit", name="单位", roles=frozenset(roles), head=False, jurisdiction="xx", area_key="xx"
    )
    return Acting(person_id=1, name="某", units=(unit,))


def kept(acting: Acting) -> Discretion:
    return discretion(acting, FACTS, DIRECTORY, {"P07"})


def test_the_reporting_unit_is_named_to_the_police_and_to_itself_alone() -> None:
    hidden = {role: kept(somebody(role)).hides(SCHOOL.id) for role in ("police", "township", "civil_affairs", "court")}

    assert hidden == {"police": False, "township": True, "civil_affairs": True, "court": True}
    assert not kept(somebody("school", unit_id=SCHOOL.id)).hides(SCHOOL.id)


@pytest.mark.parametrize("role", ["court", "procuratorate"])
def test_a_court_sees_its_own_procedures_only(role: str) -> None:
    assert kept(somebody(role)).shows("P07")
    assert not kept(somebody(role)).shows("P02")


def test_other_agencies_see_every_procedure_of_their_case() -> None:
    assert kept(somebody("township")).shows("P02")
