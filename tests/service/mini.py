"""A jurisdiction of two small procedures, to try the verbs of casework on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.core.model import Acting, system
from engine.service.cadences import Cadences
from engine.service.calendars import Calendars
from engine.service.casework import Casework
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.inbox import Inbox
from engine.service.limits import Limits
from engine.service.passwords import NOBODY
from engine.service.people import People
from engine.service.releases import EVER, Releases, publish
from engine.service.reports import Reports
from engine.service.unit import Database
from tests.bpmn.builder import boundary, diagram, end, flow, gate, message, start, throw, timer, user

CODE = "xx"
NO_FILES: Mapping[str, bytes] = MappingProxyType({})

ROLES = """
roles:
- {key: police, name: 公安机关}
- {key: school, name: 学校}
- {key: township, name: 镇街}
- {key: civil_affairs, name: 民政部门}
- {key: court, name: 人民法院}
"""
EVENTS = """
events:
- name: parent_returned
  label: 父母返回
  said_by: [police]
  joins: [P02]
  fields: [{key: by, title: 家长, kind: text, required: true}]
"""
JURISDICTION = """
code: xx
name: 试验区
document: 试验文件
scope: {age: 16}
procedures: [P01, P02]
areas:
- {key: xx, level: district}
- {key: xx.东镇, level: township}
- {key: xx.西镇, level: township}
units:
- {key: xx.police, name: 试验区公安分局, roles: [police], area: xx}
- {key: xx.police.西镇, name: 西镇公安分局, roles: [police], area: xx.西镇}
- {key: xx.civil_affairs, name: 试验区民政局, roles: [civil_affairs], area: xx}
- {key: xx.school.东镇, name: 东镇小学, roles: [school], area: xx.东镇}
- {key: xx.township.东镇, name: 东镇人民政府, roles: [township], area: xx.东镇}
absent: {court: 试验}
parameters:
  t_accept: {value: PT1H, default: true}
  t_visit: {value: P5D, default: true}
  t_wait: {value: P2D, default: true}
  court_asked: {value: false, default: true}
"""

#: A report by the school, accepted by the police, who start P02 by a message.
P01 = diagram(
    start("begin", starters="school,police"),
    user("report", code="P01-T2", role="school", documents="强制报告单"),
    user("accept", code="P01-T3", role="police", limit="t_accept", notify="civil_affairs: urgent = true"),
    throw("ask_visit", "visit_needed"),
    end("accepted"),
    flow("begin", "report", "accept", "ask_visit", "accepted"),
    messages=["visit_needed"],
    clock="round",
    key="P01",
)

#: A visit by the township; the parents' return or a timer ends it; the court where the switch is on.
P02 = diagram(
    start("called", message("visit_needed")),
    gate("parallel", "fork"),
    user("visit", code="P02-T1", role="township/civil_affairs", limit="t_visit", form="P02-T1"),
    boundary("returned", "visit", message("parent_returned")),
    boundary("waited", "visit", timer("t_wait"), interrupting=False, name="t_wait"),
    end("seen"),
    end("home"),
    end("slow"),
    gate("exclusive", "ask", default="ask__skip"),
    user("hear", code="P02-T2", role="court"),
    end("heard"),
    end("skipped"),
    flow("called", "fork", "visit", "seen"),
    flow("returned", "home"),
    flow("waited", "slow"),
    flow("fork", "ask"),
    flow("ask", "hear", when="court_asked = true"),
    flow("ask", "skipped", id_="ask__skip"),
    flow("hear", "heard"),
    messages=["visit_needed", "parent_returned"],
    key="P02",
)


def field(title: str, kind: str, **more: Any) -> dict[str, Any]:
    shapes: dict[str, dict[str, Any]] = {
        "bool": {"type": "boolean"},
        "area": {"type": "string"},
        "text": {"type": "string"},
    }
    return {"title": title, "x-ui": {"kind": kind}, **shapes[kind], **more}


FORMS: Mapping[str, dict[str, Any]] = {
    "B-CHILD": {
        "title": "儿童",
        "type": "object",
        "additionalProperties": False,
        "properties": {"child_name": field("姓名", "text"), "residence": field("现住地", "area")},
    },
    "P01-T2": {
        "title": "报告",
        "type": "object",
        "additionalProperties": False,
        "x-blocks": ["B-CHILD"],
        "properties": {"narrative": field("经过", "text"), "place": field("地点", "area")},
        "required": ["narrative"],
    },
    "P01-T3": {
        "title": "受理",
        "type": "object",
        "additionalProperties": False,
        "properties": {"urgent": field("紧迫", "bool", **{"x-decides": True, "x-risk": {"true": 3, "false": 1}})},
        "required": ["urgent"],
    },
    "P02-T1": {
        "title": "走访",
        "type": "object",
        "additionalProperties": False,
        "properties": {"seen": field("见到", "bool", **{"x-decides": True})},
        "required": ["seen"],
    },
    "P02-T2": {
        "title": "听取",
        "type": "object",
        "additionalProperties": False,
        "properties": {"heard": field("意见", "text")},
        "required": ["heard"],
    },
}


def bundle(**changes: str | bytes) -> dict[str, bytes]:
    """Return the files of the small jurisdiction; ``jurisdiction``, ``P01`` … replace one."""
    files: dict[str, str | bytes] = {
        "processes/roles.yaml": ROLES,
        "processes/events.yaml": EVENTS,
        "processes/clauses.yaml": "[]",
        "processes/xx/jurisdiction.yaml": changes.get("jurisdiction", JURISDICTION),
        "processes/base/P01.bpmn": changes.get("P01", P01),
        "processes/base/P02.bpmn": changes.get("P02", P02),
        **{f"processes/base/{key}.bpmn": text for key, text in changes.items() if key in {"P09", "P10"}},
        **{path: text for path, text in changes.items() if "/" in path},
        **{f"forms/base/{code}.json": json.dumps(schema) for code, schema in FORMS.items()},
    }
    return {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}


@dataclass(kw_only=True)
class Town:
    """The small jurisdiction with its verbs and people."""

    database: Database
    releases: Releases
    casework: Casework
    cadences: Cadences
    reports: Reports
    inbox: Inbox
    people: People
    limits: Limits
    calendars: Calendars

    def person(self, login: str, *units: str) -> Acting:
        """Return a new person of these units."""
        self.people.add(login, f"{login}某", units=units, must_change=False, password_hash=NOBODY)
        return self.people.acting_by_login(login)

    def item(self, acting: Acting, code: str) -> Any:
        """Return the item of this code that the person's units may claim or hold."""
        return next(row for row in self.inbox.items(acting, view="working") if row.code == code)

    def codes(self, acting: Acting) -> list[str]:
        return [row.code for row in self.inbox.items(acting, view="working")]


def a_town(database: Database, files: Mapping[str, bytes] = NO_FILES, /, **changes: str | bytes) -> Town:
    """Publish the small jurisdiction, with further files, in a database and return it."""
    with database.unit(system("admin")) as unit:
        publish(unit.connection, CODE, {**bundle(**changes), **files}, now=unit.now, effective_at=EVER)
    releases, directories = Releases(), Directories()
    casework = Casework(database, releases, directories)
    discretions = Discretions(releases, directories)
    return Town(
        database=database,
        releases=releases,
        casework=casework,
        cadences=Cadences(database, releases, directories),
        reports=Reports(database, releases, directories),
        inbox=Inbox(database, releases, directories, casework, discretions),
        people=People(database),
        limits=Limits(database, releases, directories, discretions),
        calendars=Calendars(database, releases, directories),
    )
