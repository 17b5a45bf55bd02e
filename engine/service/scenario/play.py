"""Play one course of a scenario through the real verbs, with a virtual clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from engine.bpmn.directory import Event
from engine.core.errors import Invalid, ShouhuError
from engine.core.model import system
from engine.core.routing import Unit
from engine.service import answering, forms
from engine.service.scenario import families, observe
from engine.service.scenario.expect import Names, OpenTask, Seen, Shortfall, never, shortfalls
from engine.service.scenario.families import FAMILY
from engine.service.scenario.read import Course, Step
from engine.service.scenario.results import CourseResult, StepResult
from engine.service.scenario.world import World
from engine.store import casework as rows
from engine.store import tables

#: A page to attach where a form needs a file and the scenario names none.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

#: More timers than this between two steps are a loop.
MOST_FIRINGS = 10_000


class Short(Exception):
    """A step fell short: what was expected and what was there."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(f"应为：{expected}；实为：{actual}")
        self.shortfall = Shortfall(expected=expected, actual=actual)


class Stopped(Exception):
    """A step belongs to a procedure that is not published."""

    def __init__(self, procedure: str) -> None:
        super().__init__(procedure)
        self.procedure = procedure


def play(world: World, course: Course) -> CourseResult:
    """Play all steps in order; the first step that fails ends the course."""
    result = CourseResult(title=course.title)
    player = _Player(world)
    for step in course.steps:
        try:
            found = player.step(step)
        except Stopped as stopped:
            result.stopped = (step.line, stopped.procedure)
            return result
        except Short as short:
            found = [short.shortfall]
        except ShouhuError as error:
            found = [Shortfall(expected="这一步被接受", actual=_said(error))]
        result.steps.append(StepResult(line=step.line, shortfalls=tuple(found)))
        if found and "expect" not in step.what:
            return result
    try:
        result.steps.append(StepResult(line=course.final_line, shortfalls=tuple(player.last(course))))
    except Stopped as stopped:
        result.stopped = (course.final_line, stopped.procedure)
    return result


class _Player:
    """Holds what is the same throughout a course."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._release = world.release()
        self._directory = world.directory()
        # Cycles run where the scenario's children live, and above.
        homes = (child.get("residence") for child in world.scenario.children.values())
        self._areas = sorted({area for home in homes for area in self._directory.upwards(home)})
        self._names = Names(
            aliases=self._release.aliases,
            groups={key: frozenset(self._release.members(key)) for key in self._release.roles},
            family=families.tasks_of(self._release),
        )
        self._kinds: Mapping[str, Callable[[Mapping[str, Any]], list[Shortfall]]] = {
            "start": self._start,
            "complete": self._complete,
            "event": self._event,
            "expect": self._expect,
            "refused": self._refused,
            "advance": lambda _what: [],
        }

    def step(self, step: Step) -> list[Shortfall]:
        self._move_clock(step.what.get("at") or step.what.get("advance"))
        kind = next(kind for kind in self._kinds if kind in step.what)
        return self._kinds[kind](step.what)

    def last(self, course: Course) -> list[Shortfall]:
        """Check what holds for the whole course: ``never`` and ``final``."""
        for procedure in _expected_to_run(course.final or {}):
            self._require_published(procedure)
        self._move_clock(None)
        opened = observe.opened(self._world.database, list(self._world.children.values()))
        found = never(course.never, opened)
        if course.final:
            found += shortfalls(course.final, self._seen({}), self._names)
        return found

    # ------------------------------------------------------------------ clock

    def _move_clock(self, text: str | None) -> None:
        # What fell due at this very instant, by the step before, fires first as well.
        target = datetime.fromisoformat(text) if text else self._world.clock.at
        if target < self._world.clock.at:
            raise Short("时间向前", f"{text} 早于 {self._world.clock.at.isoformat()}")
        self._plan()
        for _ in range(MOST_FIRINGS):
            due = self._next_due()
            if due is None or due > target:
                break
            self._world.clock.at = max(due, self._world.clock.at)
            self._world.casework.fire_due()
            self._plan()
            self._world.cadences.begin_due()
        self._world.clock.at = target

    def _plan(self) -> None:
        if self._release.cadences:
            self._world.cadences.plan({self._world.scenario.jurisdiction: self._areas})

    def _next_due(self) -> datetime | None:
        with self._world.database.unit(system("clock")) as unit:
            due = rows.next_due(unit.connection)
        if not self._release.cadences:
            return due
        cycle = self._world.cadences.next_due(self._world.scenario.jurisdiction)
        return min((one for one in (due, cycle) if one is not None), default=None)

    # ------------------------------------------------------------------ steps

    def _start(self, what: Mapping[str, Any]) -> list[Shortfall]:
        procedure = what["start"]
        self._require_published(procedure)
        child = what.get("child") or next(iter(self._world.scenario.children))
        unit = self._unit_for_start(what, child)
        acting = self._world.acting(unit)
        if "period" in what.get("with", {}):
            self._world.casework.start_cycle(acting, unit.key, procedure)
            self._world.enroll(child)
            return []
        given: Any = self._world.children.get(child) or self._world.scenario.children[child]
        if child in self._world.children:
            self._world.introduce(self._world.children[child], unit)
        started = self._world.casework.start(acting, unit.key, procedure, child=given, fields=what.get("with", {}))
        self._world.children[child] = self._child_of(started.case_id)
        return []

    def _complete(self, what: Mapping[str, Any]) -> list[Shortfall]:
        code = what["complete"]
        self._require_published(code.partition("-")[0])
        found = self._find(what)
        if found is None:
            if what.get("if_open"):
                return []
            raise Short(f"待办 {code} 已开立", self._open_now(what))
        item_id, unit, version, case_id = found
        acting = self._world.acting(unit)
        answers = self._answers(item_id, case_id, unit, dict(what.get("with", {})), self._child_id(what))
        self._world.casework.complete(acting, item_id, answers, version)
        return []

    def _event(self, what: Mapping[str, Any]) -> list[Shortfall]:
        event = what["event"]
        said = self._release.events.get(event)
        if said is None:
            raise Short(f"事件 {event} 可以登记", "本地区没有这一事件")
        if said.joins and not set(said.joins) & set(self._release.procedures):
            raise Stopped(said.joins[0])
        child = what.get("child") or next(iter(self._world.scenario.children))
        if child not in self._world.children:
            return self._event_first(what, said, child)
        child_id = self._child_id(what)
        case_id = self._case_of(child_id)
        unit = self._speaker(what, said.said_by, case_id)
        acting = self._world.acting(unit)
        self._world.casework.happened(acting, case_id, event, what.get("with", {}), reason="情景", unit_key=unit.key)
        return []

    def _event_first(self, what: Mapping[str, Any], said: Event, child: str) -> list[Shortfall]:
        """Say an event with which the story of a child begins: nobody has a case of it yet."""
        unit = self._unit_for_start({"as": said.said_by[0], **what}, child)
        self._world.children[child] = self._child_of(
            self._world.casework.happened_to(
                self._world.acting(unit),
                unit.key,
                said.name,
                what.get("with", {}),
                child=self._world.scenario.children[child],
                reason="情景",
            )
        )
        return []

    def _expect(self, what: Mapping[str, Any]) -> list[Shortfall]:
        for procedure in _expected_to_run(what["expect"]):
            self._require_published(procedure)
        return shortfalls(what["expect"], self._seen(what), self._names)

    def _refused(self, what: Mapping[str, Any]) -> list[Shortfall]:
        inner = dict(what["refused"])
        because = inner.pop("because", "")
        before = self._seen(what)
        try:
            kind = next(kind for kind in ("start", "complete", "event") if kind in inner)
            self._kinds[kind]({**inner, "child": what.get("child")})
        except ShouhuError as error:
            message = _said(error)
        except Short as short:
            message = str(short)
        else:
            raise Short(f"被拒绝，因为“{because}”", "被接受了")
        if because not in message:
            raise Short(f"被拒绝，因为“{because}”", message)
        if self._seen(what) != before:
            raise Short("拒绝后一切照旧", "有了变化")
        return []

    # ------------------------------------------------------------------ finding things

    def _require_published(self, procedure: str) -> None:
        if procedure not in self._release.procedures:
            raise Stopped(procedure)

    def _seen(self, what: Mapping[str, Any]) -> Seen:
        child_id = self._world.children.get(what.get("child") or next(iter(self._world.scenario.children)))
        return observe.observe(self._world.database, self._directory, child_id)

    def _child_id(self, what: Mapping[str, Any]) -> int:
        child = what.get("child") or next(iter(self._world.scenario.children))
        if child not in self._world.children:
            raise Short(f"儿童 {child} 已有个案", "尚未启动任何程序")
        return self._world.children[child]

    def _child_of(self, case_id: int) -> int:
        with self._world.database.unit(system("engine")) as unit:
            row = rows.lock_case(unit.connection, case_id)
            if row is None:
                raise Short("个案已开立", "没有个案")
            return int(row.child_id)

    def _case_of(self, child_id: int) -> int:
        with self._world.database.unit(system("engine")) as unit:
            case_id = rows.open_case_of(unit.connection, child_id)
        if case_id is None:
            raise Short("儿童有在办个案", "没有在办个案")
        return case_id

    def _unit_for_start(self, what: Mapping[str, Any], child: str) -> Unit:
        if "unit" in what:
            return self._named(what["unit"])
        role = self._release.role_key(what["as"])
        residence = self._world.scenario.children[child].get("residence")
        for one in families.starters(self._release, role, what.get("start")):
            unit = self._directory.nearest(one, residence)
            if unit is not None:
                return unit
        raise Short(f"有单位担任 {role}", "单位目录中没有")

    def _named(self, key: str) -> Unit:
        unit = self._directory.unit(key)
        if unit is None:
            raise Short(f"有单位 {key}", "单位目录中没有")
        return unit

    def _speaker(self, what: Mapping[str, Any], said_by: tuple[str, ...], case_id: int) -> Unit:
        if "unit" in what:
            return self._named(what["unit"])
        role = self._release.role_key(what["as"]) if "as" in what else said_by[0]
        readers = self._readers(case_id)
        for one in self._release.members(role):
            holders = [unit for unit in self._directory.units if unit.holds(one)]
            for unit_id in readers:
                unit = next((unit for unit in holders if unit.id == unit_id), None)
                if unit is not None:
                    return unit
        raise Short(f"{role} 可以登记", "没有这样的单位能看到此案")

    def _readers(self, case_id: int) -> list[int]:
        """Return the units that may read the case, the latest first."""
        access = tables.case_access
        with self._world.database.unit(system("engine")) as unit:
            wanted = access.select().where(access.c.case_id == case_id).order_by(access.c.since.desc())
            return [row.unit_id for row in unit.connection.execute(wanted)]

    def _find(self, what: Mapping[str, Any]) -> tuple[int, Unit, int, int] | None:
        """Return the open item that is meant: its id, the unit that acts, its version, its case."""
        fits = []
        with self._world.database.unit(system("engine")) as unit:
            child_id = self._child_id(what)
            cases = observe.cases_of(unit.connection, child_id)
            cases += observe.cases_around(unit.connection, self._directory, child_id)
            found = observe.open_items(unit.connection, [case.id for case in cases])
        for row in (row for row in found if row.code == what["complete"]):
            holder = self._directory.unit_by_id(row.candidate)
            if holder is not None and self._acts(what, holder, row.candidate_role):
                fits.append((row.due_at is None, row.due_at, row.id, holder, row.version, row.case_id))
        fits.sort(key=lambda one: (one[0], one[1] or 0, one[2]))
        wanted = [one for one in fits if self._carries(what.get("where"), one[2], one[5])]
        return (wanted[0][2], wanted[0][3], wanted[0][4], wanted[0][5]) if wanted else None

    def _acts(self, what: Mapping[str, Any], unit: Unit, role: str) -> bool:
        if "unit" in what:
            return bool(unit.key == what["unit"])
        wanted = what["as"]
        return (
            wanted in FAMILY
            or self._names.same(wanted, role)
            or any(self._names.same(wanted, one) for one in unit.roles)
        )

    def _carries(self, where: Mapping[str, Any] | None, item_id: int, case_id: int) -> bool:
        if not where:
            return True
        with self._world.database.unit(system("engine")) as unit:
            case = self._world.casework.look(unit, case_id)
            item = case.items[item_id]
            context = case.position(case.instances[item.instance_id]).context
            return all(context.get(key) == value for key, value in where.items())

    def _open_now(self, what: Mapping[str, Any]) -> str:
        open_tasks: tuple[OpenTask, ...] = self._seen(what).open
        listed = (f"{task.code}（{'/'.join(task.units)}）" for task in open_tasks)
        return "待办有 " + ("、".join(listed) or "无")

    # ------------------------------------------------------------------ answers

    def _code_of(self, child_id: int) -> str | None:
        with self._world.database.unit(system("engine")) as unit:
            file = rows.child_by_id(unit.connection, child_id)
        return file.code if file else None

    def _answers(self, item_id: int, case_id: int, actor: Unit, given: dict[str, Any], child_id: int) -> dict[str, Any]:
        """Return the answers with what the scenario leaves out, by the rule of the format."""
        with self._world.database.unit(system("engine")) as unit:
            case = self._world.casework.look(unit, case_id)
            item = case.items[item_id]
            asked = answering.form_of(case, item)
            context = dict(case.terms(case.instances[item.instance_id]).context)
            keys = {one.key for one in asked.fields}
            of_child = self._release.block_keys("B-CHILD") & keys - set(given)
            known = answering.known_of_child(unit, case) if of_child else {}
            residence = case.child_area
            task = case.instances[item.instance_id].procedure.model.tasks[item.element]
        left_empty = {key for key, value in given.items() if value is None}
        answers = {key: value for key, value in given.items() if value is not None}
        answers |= {key: known[key] for key in of_child & known.keys()}
        for _ in range(len(keys)):
            missing = asked.required(answers, context) - set(answers) - left_empty
            if not missing:
                break
            for key in missing:
                named = self._code_of(child_id) if key == task.about else None
                answers[key] = named or self._neutral(asked.field(key), item_id, actor, residence)
        return answers

    def _neutral(self, one: forms.Field, item_id: int, actor: Unit, residence: str | None) -> Any:
        attachment_id = None
        if one.kind == "file":
            acting = self._world.acting(actor)
            attachment_id = self._world.files.attach(
                acting, item_id, one.key, "附件.pdf", "application/pdf", BytesIO(PAGE)
            )
        return forms.neutral(
            one,
            now=self._world.clock.at,
            unit_key=actor.key,
            area_key=residence,
            attachment_id=attachment_id,
        )


def _expected_to_run(wanted: Mapping[str, Any]) -> list[str]:
    """Return the procedures of which something is expected to be there."""
    tasks = [one["task"] for one in wanted.get("open", ())] + list(wanted.get("only_open", ()))
    named = [task.partition("-")[0] for task in tasks]
    named += [*wanted.get("running", ()), *wanted.get("ended", {})]
    return [*named, *(["P09"] if "register" in wanted else [])]


def _said(error: ShouhuError) -> str:
    return "；".join(error.problems.values()) if isinstance(error, Invalid) else error.sentence
