"""Checks that diagrams, forms, roles, parameters and clauses fit together; one rule a function. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from engine import feel
from engine.bpmn.directory import FAMILY, LOCAL, AreaEntry, Jurisdiction
from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import FormFile, expressions
from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.parts import Parts
from engine.bpmn.properties import ISO_DURATION, alternatives
from engine.bpmn.sense import check_sense
from engine.feel.checks import called

#: What every expression of a diagram may name beside parameters and fields.
AMBIENT = frozenset({"case", "now", "started", "started_by", "completed", "rounds", "open"})
OPENED = "opened"
#: In ``sets``: the key of the unit that did the task.
UNIT = "unit"
#: What expressions of one place know besides.
_MORE = {"sets": frozenset({"unit"})}
#: Contexts that know the tasks of the diagram by their element.
_BY_ELEMENT = frozenset({"completed", "rounds", "open"})
#: Units that a task may name by `@…` without a field of that name.
NAMED_UNITS = frozenset({"starter", "reporter"})
#: A procedure that is not published yet may give the fact one day; until then it is null.
MILD = frozenset({"unknown-fact"})
#: What can only be said of all procedures together; silent while one of them cannot be read.
OF_THE_WHOLE = MILD | {"unanswered-message", "unsent-message", "unheard-event"}
_WORDS = re.compile(r"[^\W\d]\w*")


def check(parts: Parts) -> list[Finding]:
    """Return everything that does not fit; warnings have that severity."""
    found = [*_parameters(parts), *_events(parts), *_codes(parts), *_messages(parts)]
    for model in parts.models.values():
        for rule in (_forms, _roles, _limits, _moves, _clauses, _expressions, _decisions):
            found += rule(parts, model)
    for form in parts.forms.values():
        found += _form_expressions(parts, form)
    return [*found, *check_sense(parts)]


def _at(model: ProcedureModel, element: str, rule: str, message: str, *, warning: bool = False) -> Finding:
    node = model.nodes.get(element)
    return Finding(
        rule=rule,
        message=message,
        file=model.file,
        element=element,
        line=node.line if node else 0,
        severity="warning" if warning else "error",
    )


def _parameters(parts: Parts) -> Iterator[Finding]:
    for one in parts.jurisdiction.parameters.values():
        if one.source and one.source not in parts.clauses:
            message = f"参数“{one.key}”的条文“{one.source}”不在条文表中"
            yield Finding(rule="unknown-clause", message=message, file=parts.file, element=one.key, line=one.line)


def _events(parts: Parts) -> Iterator[Finding]:
    heard = {name for model in parts.models.values() for name in _heard(model)}
    for event in parts.events.values():
        listening = [key for key in event.joins if key in parts.models]
        if listening and event.name not in heard and not event.every:
            message = f"事件“{event.label}”没有过程接收：{'、'.join(listening)}"
            file, element = "processes/events.yaml", event.name
            yield Finding(rule="unheard-event", message=message, file=file, element=element, severity="warning")


def _codes(parts: Parts) -> Iterator[Finding]:
    """One code is one task: it may be drawn at several places of a procedure, but is the same there."""
    seen: dict[str, tuple[str, TaskModel]] = {}
    for model in parts.models.values():
        for task in model.tasks.values():
            key, first = seen.setdefault(task.code, (model.key, task))
            if key != model.key or (task.name, task.form) != (first.name, first.form):
                message = f"任务代码“{task.code}”用了两次：{key} 的“{first.name}”和 {model.key} 的“{task.name}”"
                yield _at(model, task.element, "duplicate-code", message)


def _heard(model: ProcedureModel) -> set[str]:
    return {door.message for door in model.doors if door.message} | set(model.catches)


def _messages(parts: Parts) -> Iterator[Finding]:
    heard = {name for model in parts.models.values() for name in _heard(model)}
    said = {name for model in parts.models.values() for name in model.throws} | set(parts.events)
    for model in parts.models.values():
        for node in model.nodes.values():
            if not node.message:
                continue
            if node.message in model.throws and node.message not in heard:
                message = f"消息“{node.message}”没有过程接收，将作为“待接”保留在个案上"
                yield _at(model, node.element, "unanswered-message", message, warning=True)
            elif node.message not in said:
                message = f"消息“{node.message}”没有过程或事件发出"
                yield _at(model, node.element, "unsent-message", message, warning=True)


def _forms(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for task in model.tasks.values():
        if task.form not in parts.forms:
            yield _at(model, task.element, "missing-form", f"任务“{task.name}”的表单“{task.form}”不存在")


def _roles(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for lane in model.lanes:
        yield from _unknown_roles(parts, model, lane, [lane])
    for door in model.doors:
        yield from _unknown_roles(parts, model, door.element, door.starters)
    for task in model.tasks.values():
        yield from _unknown_roles(parts, model, task.element, [one.name for one in task.notify])
        for group in task.role.split("+"):
            yield from _task_roles(parts, model, task, alternatives(group))


def _unknown_roles(parts: Parts, model: ProcedureModel, element: str, roles: Collection[str]) -> Iterator[Finding]:
    names = parts.process_names(model) | NAMED_UNITS
    for role in roles:
        if role.startswith("@"):
            if role[1:] not in names:
                yield _at(model, element, "unknown-role", f"“{role}”不是本过程的字段")
        elif role not in parts.roles:
            meant = next((one.key for one in parts.roles.values() if role in one.aliases), None)
            hint = f"，应写作“{meant}”" if meant else ""
            yield _at(model, element, "unknown-role", f"角色“{role}”不在角色表中{hint}")


def _task_roles(parts: Parts, model: ProcedureModel, task: TaskModel, roles: tuple[str, ...]) -> Iterator[Finding]:
    if not roles:
        yield _at(model, task.element, "unknown-role", f"任务“{task.name}”没有角色，也不在泳道里")
    yield from _unknown_roles(parts, model, task.element, roles)
    plain = [role for role in roles if role in parts.roles]
    if not plain or any(role.startswith("@") for role in roles) or task.each:
        return
    who = [one for role in plain for one in parts.members(role) if parts.roles[one].kind != FAMILY]
    label = "或".join(parts.roles[role].name for role in plain)
    if not any(one in unit.roles for unit in parts.jurisdiction.units for one in who):
        if not who or not set(who) <= set(parts.jurisdiction.absent):
            message = f"{parts.jurisdiction.name}的机构目录里没有单位担任“{label}”，任务“{task.name}”无处可派，不能发布"
            yield _at(model, task.element, "role-without-unit", message)
        return
    # Which village or town has its units is the directory's daily business, not the release's.
    local = any(parts.roles[one].kind == LOCAL for one in who)
    bare = [] if local else _areas_without(parts.jurisdiction, who)
    if bare:
        message = f"任务“{task.name}”：{bare[0].name}等 {len(bare)} 个地区没有单位担任“{label}”"
        yield _at(model, task.element, "area-without-unit", message, warning=True)


def _areas_without(jurisdiction: Jurisdiction, roles: Collection[str]) -> list[AreaEntry]:
    """Return the areas from which no unit of the roles is found up the tree, of those with nothing below."""
    served = {unit.area for unit in jurisdiction.units if set(unit.roles) & set(roles)}
    parents = {area.key: area.parent for area in jurisdiction.areas}

    def found(key: str | None) -> bool:
        return key is not None and (key in served or found(parents.get(key)))

    above = set(parents.values())
    return [area for area in jurisdiction.areas if area.key not in above and not found(area.key)]


def _limits(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for task in model.tasks.values():
        for named in (task.limit, *task.watch):
            if named and named.feel is None and named.name not in parts.jurisdiction.parameters:
                message = f"任务“{task.name}”的期限“{named.name}”不是本地参数"
                yield _at(model, task.element, "unknown-parameter", message)


def _moves(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for task in model.tasks.values():
        fields = parts.forms[task.form].schema["properties"] if task.form in parts.forms else None
        if task.moves and task.moves.name not in parts.models:
            message = f"任务“{task.name}”要移交的过程“{task.moves.name}”没有发布"
            yield _at(model, task.element, "moves", message)
        wanted = [task.moves.feel if task.moves else None, task.merges.name if task.merges else None]
        for key in wanted:
            if key and fields is not None and key.isidentifier() and key not in fields:
                yield _at(model, task.element, "moves", f"任务“{task.name}”的表单没有字段“{key}”")


def _clauses(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        for clause in node.clauses:
            if clause not in parts.clauses:
                yield _at(model, node.element, "unknown-clause", f"条文“{clause}”不在条文表中")


def _decisions(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        if node.decision and node.decision not in parts.decisions:
            yield _at(model, node.element, "missing-decision", f"决策表“{node.decision}”不存在")


def _expressions(parts: Parts, model: ProcedureModel) -> Iterator[Finding]:
    names = parts.process_names(model) | AMBIENT | frozenset(parts.parameters)
    facts = parts.facts()
    for one in model.expressions:
        if one.place == "timer" and ISO_DURATION.match(one.text):
            continue
        known = names | ({OPENED} if one.knows_opened else _MORE.get(one.place, frozenset()))
        for rule, message in feel_problems(one.text, known, model.tasks, facts):
            yield Finding(
                severity="warning" if rule in MILD else "error",
                rule=rule,
                message=f"{one.place} 里的“{one.text}”：{message}",
                file=model.file,
                element=one.element,
                line=one.line,
            )


def feel_problems(
    text: str, names: Collection[str], tasks: Collection[str] = (), facts: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield rule and sentence of what is wrong with one expression that may use these names."""
    try:
        compiled = feel.compile(text, frozenset(names))
    except feel.FeelError as error:
        yield "unknown-name" if _would_do(text, names) else "feel", error.sentence
        return
    for path in sorted(compiled.paths):
        head, _, rest = path.partition(".")
        key = rest.partition(".")[0]
        if key and head in _BY_ELEMENT and head in names and key not in tasks:
            yield "unknown-name", f"本过程没有任务“{key}”"
        if key and head == "case" and facts and key not in facts:
            yield "unknown-fact", f"没有表单会给出个案事实“{key}”，它总是空的"


def _would_do(text: str, names: Collection[str]) -> bool:
    """Return whether nothing but the name of a value is wrong with an expression; a function is no value."""
    words = frozenset(_WORDS.findall(text)) - frozenset(names)
    try:
        compiled = feel.compile(text, frozenset(names) | words)
    except feel.FeelError:
        return False
    return not words & called(compiled.node) & compiled.names


def _form_expressions(parts: Parts, form: FormFile) -> Iterator[Finding]:
    names = {*form.schema["properties"], *parts.parameters, "case", "now"}
    facts = parts.facts()
    for key, text in expressions(form.schema):
        for rule_name, message in feel_problems(text, names, (), facts):
            yield Finding(
                severity="warning" if rule_name in MILD else "error",
                rule=rule_name,
                message=f"“{text}”：{message}",
                file=form.file,
                element=key,
                line=form.line_of(text),
            )
    for rule in form.schema.get("x-must", ()):
        if rule["field"] and rule["field"] not in form.schema["properties"]:
            message = f"x-must 的字段“{rule['field']}”不是表单的字段"
            yield Finding(rule="unknown-field", message=message, file=form.file, element=rule["field"])
