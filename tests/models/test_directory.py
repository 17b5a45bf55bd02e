"""The directories of the five jurisdictions, their limits, and the closed lists of roles and events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.directory import Jurisdiction, Role
from engine.bpmn.directoryfiles import Reader, read_events, read_jurisdiction, read_roles
from engine.bpmn.release import parsed
from engine.bpmn.safetext import read_yaml
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.routing import Directory, Unit
from engine.service.modelfiles import jurisdictions

ROOT = Path(__file__).resolve().parents[2]
CODES = jurisdictions(ROOT)
#: Who acts in every case, wherever the child lives.
NEEDED = ("police", "civil_affairs", "township", "village_committee", "court", "procuratorate", "medical_institution")


def a_file(name: str) -> Any:
    return read_yaml((ROOT / name).read_bytes(), name)


def the_roles() -> dict[str, Role]:
    reader = Reader("roles.yaml")
    found = read_roles(a_file("processes/roles.yaml"), reader)
    assert reader.findings == []
    return found


def a_jurisdiction(code: str) -> Jurisdiction:
    name = f"processes/{code}/jurisdiction.yaml"
    reader = Reader(name)
    found = read_jurisdiction(a_file(name), reader, the_roles())
    assert [str(one) for one in reader.findings] == []
    return found


def a_directory(code: str) -> Directory:
    found = a_jurisdiction(code)
    units = (
        Unit(id=number, key=one.key, name=one.name, roles=one.roles, area=one.area)
        for number, one in enumerate(found.units)
    )
    return Directory(parents={one.key: one.parent for one in found.areas}, areas={}, units=tuple(units))


def test_five_jurisdictions_have_a_directory() -> None:
    assert CODES == ["dl", "fh", "jl", "qz", "yz"]


@pytest.mark.parametrize("code", CODES)
def test_from_every_village_each_agency_of_a_case_is_found(code: str) -> None:
    directory = a_directory(code)
    villages = [one.key for one in a_jurisdiction(code).areas if one.level in {"village", "community"}]

    assert len(villages) > 3
    missing = [(role, one) for one in villages for role in NEEDED if directory.nearest(role, one) is None]
    assert missing == []


@pytest.mark.parametrize(
    ("area", "role", "unit"),
    [
        ("fh.溪口镇.上坪村", "police", "fh.police"),
        ("fh.溪口镇.上坪村", "school", "fh.school.溪口镇"),
        ("jl.永吉县.口前镇.北沟村", "police", "jl.police.永吉县"),
        ("jl.永吉县.口前镇.北沟村", "civil_affairs", "jl.civil_affairs.永吉县"),
        ("qz.灵山县.陆屋镇.荔园村", "procuratorate", "qz.procuratorate.灵山县"),
        ("qz.灵山县.陆屋镇.荔园村", "minor_protection_org", "qz.minor_protection_org"),
        ("dl.baoshui.亮甲店街道.苹果村", "police", "dl.police.baoshui"),
        ("dl.jinzhou.华家街道.松林村", "police", "dl.police.jinzhou"),
        ("dl.kaifaqu.湾里街道.碧海社区", "court", "dl.court.kaifaqu"),
        ("dl.jinzhou.华家街道.松林村", "court", "dl.court.jinzhou"),
        ("dl.jinzhou.华家街道.松林村", "education", "dl.social_affairs"),
    ],
)
def test_a_role_leads_to_the_unit_that_serves_the_area(area: str, role: str, unit: str) -> None:
    found = a_directory(area.partition(".")[0]).nearest(role, area)

    assert found is not None
    assert found.key == unit


@pytest.mark.parametrize("code", CODES)
def test_each_limit_says_its_clause_or_that_it_is_ours(code: str) -> None:
    clauses = {one["id"] for one in a_file("processes/clauses.yaml")}

    for one in a_jurisdiction(code).parameters.values():
        assert one.default or one.source, one.key
        if one.source:
            assert one.source in clauses, one.key
            assert one.source.startswith(code.upper()), one.key


@pytest.mark.parametrize("code", CODES)
def test_each_limit_that_looks_like_a_duration_is_one(code: str) -> None:
    for one in a_jurisdiction(code).parameters.values():
        value = parsed(one.raw)
        if isinstance(one.raw, str) and re.match(r"P\d|PT\d", one.raw):
            assert isinstance(value, MonthsDuration | DaysDuration), one.key


@pytest.mark.parametrize(
    ("code", "name", "value", "clause"),
    [
        ("fh", "refusal_threshold", "P6M", "FH-3.3-e"),
        ("yz", "refusal_threshold", "P6M", "YZ-3.2-3e"),
        ("qz", "refusal_threshold", "P6M", "QZ-4.2-5e"),
        ("dl", "refusal_threshold", "P6M", "DL-3.4-3b"),
        ("dl", "village_visit", "P1M", "DL-2.2-2a"),
        ("yz", "census_done", "09-30", "YZ-3.4-d"),
    ],
)
def test_a_limit_of_a_document_stands_with_its_clause(code: str, name: str, value: str, clause: str) -> None:
    written = a_jurisdiction(code).parameters[name]

    assert (written.raw, written.source, written.default) == (value, clause, False)


def test_no_six_months_are_counted_where_the_document_has_none() -> None:
    written = a_jurisdiction("jl").parameters.get("refusal_threshold")

    assert written is None or (written.default and not written.source)


@pytest.mark.parametrize("code", CODES)
def test_no_unit_is_named_by_a_role_that_stands_for_several(code: str) -> None:
    roles = the_roles()

    for unit in a_jurisdiction(code).units:
        assert [role for role in unit.roles if roles[role].kind in {"group", "family"}] == []


def test_mass_organisations_report_in_one_jurisdiction_only() -> None:
    assert "youth_league" in a_jurisdiction("dl").groups["reporter"]
    assert "youth_league" not in the_roles()["reporter"].members


def test_all_names_of_scenario_files_lead_to_a_role() -> None:
    names = {name for role in the_roles().values() for name in (role.key, *role.aliases)}

    assert {"supervisor", "medical", "superior", "office", "village", "kin", "parent"} <= names


def test_every_event_of_the_scenario_format_is_listed_and_somebody_may_say_it() -> None:
    reader = Reader("events.yaml")
    events = read_events(a_file("processes/events.yaml"), reader, "dl", the_roles())
    elsewhere = read_events(a_file("processes/events.yaml"), reader, "qz", the_roles())

    wanted = "guardian_resumed guardian_refuses_again order_complied order_refused parents_unreachable"
    wanted += " parents_contacted guardian_found parent_returned child_found child_arrived child_departed child_died"
    wanted += " urging_requested entrusted_carer_unfit back_at_school supervision_finding bureau_reassigned"
    assert set(wanted.split()) <= set(events)
    assert "dna_hit" in events
    assert "guardian_detained" in elsewhere
    assert "guardian_detained" not in events
    assert all(event.said_by for event in events.values())
    assert reader.findings == []


def test_the_police_hand_items_to_their_stations_and_a_role_that_is_handed_items_exists() -> None:
    assert the_roles()["police"].hands_to == ("police_station",)

    reader = Reader("roles.yaml")
    read_roles({"roles": [{"key": "police", "name": "公安机关", "hands_to": ["station"]}]}, reader)
    assert [one.rule for one in reader.findings] == ["unknown-role"]
