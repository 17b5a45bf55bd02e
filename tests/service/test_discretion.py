"""Who may read a case is still not told everything."""

from __future__ import annotations

import pytest

from engine.core.model import Acting, ActingUnit
from engine.service.discretion import Discretion, discretion

SCHOOL = 1


def somebody(*roles: str, unit_id: int = 9) -> Acting:
    unit = ActingUnit(
        id=unit_id, key="xx.unit", name="单位", roles=frozenset(roles), head=False, jurisdiction="xx", area_key="xx"
    )
    return Acting(person_id=1, name="某", units=(unit,))


def kept(acting: Acting) -> Discretion:
    return discretion(acting, reporters={SCHOOL}, own_procedures={"P07"})


def test_the_reporting_unit_is_named_to_the_police_and_to_itself_alone() -> None:
    hidden = {role: kept(somebody(role)).hides(SCHOOL) for role in ("police", "township", "civil_affairs", "court")}

    assert hidden == {"police": False, "township": True, "civil_affairs": True, "court": True}
    assert not kept(somebody("school", unit_id=SCHOOL)).hides(SCHOOL)


@pytest.mark.parametrize("role", ["court", "procuratorate"])
def test_a_court_sees_its_own_procedures_only(role: str) -> None:
    assert kept(somebody(role)).shows("P07")
    assert not kept(somebody(role)).shows("P02")


def test_other_agencies_see_every_procedure_of_their_case() -> None:
    assert kept(somebody("township")).shows("P02")


def test_who_only_reported_a_child_reads_their_own_answers() -> None:
    teacher = somebody("school", unit_id=SCHOOL)
    outside = discretion(teacher, reporters={SCHOOL}, own_procedures={"P01"}, only_brought=True)

    assert (outside.shows("P01"), outside.shows("P02")) == (True, False)
    assert (outside.shows_of(SCHOOL), outside.shows_of(9)) == (True, False)


@pytest.mark.parametrize("role", ["police", "civil_affairs"])
def test_police_and_lead_agencies_read_a_case_that_they_reported_whole(role: str) -> None:
    kept = discretion(somebody(role), reporters={9}, own_procedures={"P01"}, only_brought=True)

    assert kept.shows("P02")
    assert kept.shows_of(SCHOOL)


def test_a_reporter_is_named_in_what_it_does_by_its_office() -> None:
    kept = discretion(
        somebody("township"), reporters={1}, agencies={1}, report_codes={"P01-T2"}, own_procedures={"P02"}
    )

    assert kept.hides(1, "P01-T2")
    assert not kept.hides(1, "P02-S3-T")
    assert not kept.hides(1)
