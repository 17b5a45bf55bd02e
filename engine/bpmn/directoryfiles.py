"""Reads roles.yaml, events.yaml and jurisdiction.yaml; every problem becomes a finding. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.directory import (
    FAMILY,
    GROUP,
    LOCAL,
    AreaEntry,
    Cadence,
    Event,
    EventField,
    Jurisdiction,
    Parameter,
    Role,
    UnitEntry,
    UnitPattern,
)
from engine.bpmn.findings import Finding
from engine.bpmn.limitrules import EXTEND, SUSPEND, LimitReader
from engine.bpmn.safetext import line_of, mappings, texts

_KINDS = frozenset({"agency", LOCAL, GROUP, FAMILY})
_FIELD_KINDS = frozenset({"text", "int", "number", "bool", "date", "datetime", "enum", "multi", "ref", "area"})
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_OF_A_CADENCE = frozenset({"key", "message", "each", "every", "month", "when", "clauses"})
_MONTHS = range(1, 13)
_MARK = re.compile(r"(?:\{area\})?[\u4e00-\u9fff]{1,12}")


@dataclass(slots=True)
class Reader:
    """Collects findings of one file while it is read."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def problem(self, rule: str, message: str, *, element: str = "", line: int = 0, severity: str = "error") -> None:
        self.findings.append(
            Finding(rule=rule, message=message, file=self.file, element=element, line=line, severity=severity)
        )

    def text(self, entry: Mapping[str, Any], key: str, *, element: str = "") -> str:
        """Return a text that must be there; say so where it is not."""
        value = entry.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problem("missing-key", f"缺少“{key}”", element=element, line=line_of(entry))
        return ""


def read_roles(data: Any, reader: Reader) -> dict[str, Role]:
    """Return the roles by key; groups know their members."""
    entries = list(mappings(data.get("roles") if isinstance(data, Mapping) else None))
    roles: dict[str, Role] = {}
    members: dict[str, list[str]] = {}
    taken: set[str] = set()
    for entry in entries:
        key = reader.text(entry, "key")
        kind = str(entry.get("kind", "agency"))
        aliases = texts(entry.get("alias"))
        if not _KEY.fullmatch(key):
            reader.problem("role-key", f"角色“{key}”的键只能用小写字母、数字和下划线", element=key, line=line_of(entry))
        if kind not in _KINDS:
            reader.problem("role-kind", f"角色“{key}”的种类“{kind}”无法识别", element=key, line=line_of(entry))
        for name in (key, *aliases):
            if name in taken:
                reader.problem("duplicate-role", f"角色“{name}”定义了两次", element=key, line=line_of(entry))
            taken.add(name)
        for group in texts(entry.get("groups")):
            members.setdefault(group, []).append(key)
        roles[key] = Role(
            key=key,
            name=reader.text(entry, "name", element=key),
            kind=kind,
            aliases=aliases,
            hands_to=tuple(texts(entry.get("hands_to"))),
        )
    _check_hand_overs(roles, reader)
    for group, keys in members.items():
        if group not in roles or roles[group].kind != GROUP:
            reader.problem("unknown-role", f"角色组“{group}”没有定义", element=group)
            continue
        roles[group] = Role(
            key=group, name=roles[group].name, kind=GROUP, aliases=roles[group].aliases, members=tuple(keys)
        )
    return roles


def _check_hand_overs(roles: Mapping[str, Role], reader: Reader) -> None:
    for role in roles.values():
        for to in role.hands_to:
            if to not in roles:
                reader.problem("unknown-role", f"角色“{role.key}”可转办的角色“{to}”没有定义", element=role.key)


def read_events(data: Any, reader: Reader, jurisdiction: str, known: Iterable[str]) -> dict[str, Event]:
    """Return the events that can be said in a jurisdiction, by name."""
    events: dict[str, Event] = {}
    names = {*known, "any", "clock"}
    for entry in mappings(data.get("events") if isinstance(data, Mapping) else None):
        name = reader.text(entry, "name")
        said_by = texts(entry.get("said_by"))
        for role in (*said_by, *texts(entry.get("every"))):
            if role not in names:
                message = f"事件“{name}”的角色“{role}”不在角色表中"
                reader.problem("unknown-role", message, element=name, line=line_of(entry))
        if name in events:
            reader.problem("duplicate-event", f"事件“{name}”定义了两次", element=name, line=line_of(entry))
        only, known_by_it = texts(entry.get("only")), entry.get("sets")
        sets = known_by_it if isinstance(known_by_it, Mapping) else {}
        if only and jurisdiction not in only:
            continue
        events[name] = Event(
            name=name,
            label=reader.text(entry, "label", element=name),
            said_by=said_by,
            joins=texts(entry.get("joins")),
            every=texts(entry.get("every")),
            fields=tuple(_event_field(one, reader, name) for one in mappings(entry.get("fields"))),
            sets=tuple((key, reader.text(sets, key, element=name)) for key in sets),
        )
    return events


def _event_field(entry: Mapping[str, Any], reader: Reader, event: str) -> EventField:
    kind = reader.text(entry, "kind", element=event)
    if kind not in _FIELD_KINDS:
        reader.problem("field-kind", f"事件“{event}”的字段类型“{kind}”无法识别", element=event, line=line_of(entry))
    return EventField(
        key=reader.text(entry, "key", element=event),
        title=reader.text(entry, "title", element=event),
        kind=kind,
        required=entry.get("required") is True,
        options=texts(entry.get("options")),
    )


def read_jurisdiction(data: Any, reader: Reader, roles: Mapping[str, Role]) -> Jurisdiction:
    """Return what a jurisdiction's file says; every problem goes to the reader."""
    root: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    code = reader.text(root, "code")
    areas = _areas(root, reader, code)
    by_key = {area.key: area for area in areas}
    patterns = tuple(_pattern(one, reader, roles) for one in mappings(root.get("per_area")))
    units = [_unit(one, reader, roles, by_key) for one in mappings(root.get("units"))]
    units += [p.unit(code, a) for a in areas for p in patterns if a.level in p.levels]
    for key in _repeated(unit.key for unit in units):
        reader.problem("duplicate-unit", f"单位“{key}”出现了两次", element=key)
    for key in _repeated(texts(root.get("procedures"))):
        line = line_of(root, "procedures")
        reader.problem("duplicate-procedure", f"过程“{key}”写了两次", element=key, line=line)
    return Jurisdiction(
        code=code,
        name=reader.text(root, "name"),
        document=reader.text(root, "document"),
        scope=root["scope"] if isinstance(root.get("scope"), Mapping) else {},
        procedures=texts(root.get("procedures")),
        areas=areas,
        units=tuple(units),
        patterns=patterns,
        parameters=_parameters(root, reader, roles),
        groups=_groups(root, reader, roles),
        cadences=_cadences(root, reader),
        absent={k: str(v) for k, v in _mapping(root, "absent").items() if _known(k, reader, roles, root)},
    )


def _areas(root: Mapping[str, Any], reader: Reader, code: str) -> tuple[AreaEntry, ...]:
    areas: dict[str, AreaEntry] = {}
    for entry in mappings(root.get("areas")):
        key = reader.text(entry, "key")
        parent = key.rpartition(".")[0] or None
        line = line_of(entry)
        if key in areas:
            reader.problem("duplicate-area", f"地区“{key}”出现了两次", element=key, line=line)
        if parent is not None and parent not in areas:
            reader.problem("unknown-area", f"地区“{key}”的上级“{parent}”没有写在它前面", element=key, line=line)
        if parent is None and key != code:
            reader.problem("unknown-area", f"地区“{key}”不在“{code}”之下", element=key, line=line)
        name = str(entry.get("name") or key.rpartition(".")[2])
        areas[key] = AreaEntry(key=key, name=name, level=reader.text(entry, "level", element=key), parent=parent)
    if not areas:
        reader.problem("missing-key", "缺少“areas”", line=line_of(root))
    return tuple(areas.values())


def _unit(
    entry: Mapping[str, Any], reader: Reader, roles: Mapping[str, Role], areas: Mapping[str, AreaEntry]
) -> UnitEntry:
    key = reader.text(entry, "key")
    area = reader.text(entry, "area", element=key)
    code = next(iter(areas), "")
    if code and key and not key.startswith(f"{code}."):
        message = f"单位“{key}”的键要以“{code}.”开头：不能写别的地区的单位"
        reader.problem("unit-key", message, element=key, line=line_of(entry))
    if area and area not in areas:
        reader.problem("unknown-area", f"单位“{key}”的地区“{area}”没有定义", element=key, line=line_of(entry))
    name = reader.text(entry, "name", element=key)
    return UnitEntry(
        key=key,
        name=name,
        roles=_unit_roles(entry, reader, roles, key),
        area=area,
        mark=_mark(entry, reader, key),
    )


def _pattern(entry: Mapping[str, Any], reader: Reader, roles: Mapping[str, Role]) -> UnitPattern:
    key = reader.text(entry, "key")
    return UnitPattern(
        levels=texts(entry.get("levels")),
        key=key,
        name=reader.text(entry, "name", element=key),
        roles=_unit_roles(entry, reader, roles, key),
        mark=_mark(entry, reader, key),
    )


def _mark(entry: Mapping[str, Any], reader: Reader, key: str) -> str:
    mark = str(entry.get("mark") or "").strip()
    if mark and not _MARK.fullmatch(mark):
        message = f"单位“{key}”的代字“{mark[:20]}”只能用汉字，不超过 12 个（可含 {{area}}）"
        reader.problem("unit-key", message, element=key, line=line_of(entry))
    return mark


def _unit_roles(entry: Mapping[str, Any], reader: Reader, roles: Mapping[str, Role], key: str) -> tuple[str, ...]:
    named = texts(entry.get("roles"))
    for role in named:
        if role not in roles or roles[role].kind in {GROUP, FAMILY}:
            reader.problem("unknown-role", f"单位“{key}”不能担任“{role}”", element=key, line=line_of(entry))
    if not named:
        reader.problem("missing-key", f"单位“{key}”没有角色", element=key, line=line_of(entry))
    return named


def _parameters(root: Mapping[str, Any], reader: Reader, roles: Mapping[str, Role]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    written = _mapping(root, "parameters")
    for key, entry in written.items():
        line = line_of(written, key)
        if not isinstance(entry, Mapping) or "value" not in entry:
            reader.problem("parameter", f"参数“{key}”要写成 {{value: …}}", element=key, line=line)
            continue
        source, default = str(entry.get("source") or ""), entry.get("default") is True
        if not source and not default:
            reader.problem("parameter", f"参数“{key}”要有条文（source）或标明 default: true", element=key, line=line)
        limit = LimitReader(key, entry, roles, reader)
        limit.check_words()
        found[key] = Parameter(
            key=key,
            raw=entry["value"],
            source=source,
            default=default,
            word=str(entry.get("word") or ""),
            rule=limit.rule(),
            suspend=limit.authority(SUSPEND),
            extend=limit.authority(EXTEND),
            line=line,
        )
    return found


def _cadences(root: Mapping[str, Any], reader: Reader) -> tuple[Cadence, ...]:
    found: dict[str, Cadence] = {}
    for entry in mappings(root.get("cadences")):
        key, line = reader.text(entry, "key"), line_of(entry)
        for word in entry:
            if word not in _OF_A_CADENCE:
                reader.problem("cadence", f"周期“{key}”不认识“{word}”", element=key, line=line)
        month = entry.get("month", 1)
        if month not in _MONTHS:
            reader.problem("cadence", f"周期“{key}”的起始月（month）要写 1 到 12", element=key, line=line)
        if key in found:
            reader.problem("cadence", f"周期“{key}”写了两次", element=key, line=line)
        found[key] = Cadence(
            key=key,
            message=reader.text(entry, "message", element=key),
            each=reader.text(entry, "each", element=key),
            every=reader.text(entry, "every", element=key),
            month=month if month in _MONTHS else 1,
            when=str(entry.get("when") or ""),
            clauses=texts(entry.get("clauses")),
            line=line,
        )
    return tuple(found.values())


def _groups(root: Mapping[str, Any], reader: Reader, roles: Mapping[str, Role]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    written = _mapping(root, "groups")
    for key, members in written.items():
        for name in (key, *texts(members)):
            _known(name, reader, roles, written, key)
        groups[key] = texts(members)
    return groups


def _known(name: str, reader: Reader, roles: Mapping[str, Role], entry: Any, key: str = "") -> bool:
    if name in roles:
        return True
    reader.problem("unknown-role", f"角色“{name}”不在角色表中", element=name, line=line_of(entry, key or name))
    return False


def _mapping(root: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = root.get(key)
    return value if isinstance(value, Mapping) else {}


def _repeated(keys: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
