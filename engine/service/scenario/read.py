"""Read a scenario file; the format is docs/reference/scenarios.md and ``scenario.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

SCHEMA = Path(__file__).with_name("scenario.schema.json")
LARGEST = 1_000_000  # bytes; the longest golden case has 9,000


class Unreadable(Exception):
    """A file that cannot be played: with the line and the reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}，第 {line} 行：{reason}")
        self.line = line


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step; ``line`` is its first line in the file, ``what`` the keys as written."""

    line: int
    what: Mapping[str, Any]

    @property
    def id(self) -> str | None:
        return self.what.get("id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One way through a case: the main one, or a variant that branches off it."""

    title: str
    steps: tuple[Step, ...]
    never: tuple[str, ...]
    final: Mapping[str, Any] | None
    final_line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One case as a policy officer tells it; ``courses[0]`` is the case itself."""

    id: str
    title: str
    file: str
    jurisdiction: str
    at: datetime
    children: Mapping[str, Mapping[str, Any]]
    courses: tuple[Course, ...]


def read_scenario(path: Path) -> Scenario:
    """Read one file.

    Raises:
        Unreadable: it is not YAML, not this format, or a time has no offset.
    """
    text = path.read_text(encoding="utf-8")
    if len(text.encode()) > LARGEST:
        raise Unreadable(path.name, 1, "文件超过 1 兆字节")
    raw, lines = _parse(text, path.name)
    _validate(raw, lines, path.name)
    return _scenario(raw, lines, path.name)


def _parse(text: str, file: str) -> tuple[Any, dict[tuple[Any, ...], int]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_lines(node, ()))
        return _plain(yaml.safe_load(text)), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Unreadable(file, line, f"不是合法的 YAML：{getattr(error, 'problem', error)}") from error
    except RecursionError as error:
        raise Unreadable(file, 1, "嵌套过深") from error


def _lines(node: yaml.Node | None, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], int]]:
    if node is None:
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))


def _plain(value: Any) -> Any:
    """Write times and dates that YAML turned into objects back as ISO texts."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _validate(raw: Any, lines: Mapping[tuple[Any, ...], int], file: str) -> None:
    error = best_match(_validator().iter_errors(raw))
    if error is None:
        return
    path = tuple(error.absolute_path)
    while path not in lines and path:
        path = path[:-1]
    where = "/".join(str(part) for part in error.absolute_path) or "文件"
    raise Unreadable(file, lines.get(path, 1), f"{where} 不合格式：{_reason(error)}")


def _reason(error: ValidationError) -> str:
    """Say in Chinese what the schema asks for and did not find."""
    value: Any = error.validator_value
    schema: Any = error.schema
    found: Any = error.instance
    rule = str(error.validator)
    match rule:
        case "required":
            return "缺少" + "、".join(f"“{key}”" for key in value if key not in found)
        case "additionalProperties":
            known = schema.get("properties", {})
            return "不认识" + "、".join(f"“{key}”" for key in found if key not in known)
        case "enum":
            return f"“{error.instance}”不在 {'、'.join(map(str, value))} 之中"
        case "type":
            return f"“{error.instance}”的类型应为 {value}"
        case "pattern" | "format":
            return f"“{error.instance}”的写法不对（时间要带时区，例如 2018-01-15T09:00:00+08:00）"
        case _:
            return f"不符合规则 {rule}"


def _scenario(raw: Mapping[str, Any], lines: Mapping[tuple[Any, ...], int], file: str) -> Scenario:
    main = _steps(raw["steps"], lines, ("steps",))
    courses = [
        Course(
            title=raw["title"],
            steps=main,
            never=tuple(raw.get("never", ())),
            final=raw.get("final"),
            final_line=lines.get(("final",), 1),
        )
    ]
    for index, variant in enumerate(raw.get("variants", ())):
        path = ("variants", index)
        shared = main[: _after(variant["after"], main, file, lines[path])]
        courses.append(
            Course(
                title=f"{raw['title']}：{variant['name']}",
                steps=shared + _steps(variant["steps"], lines, (*path, "steps")),
                never=tuple(variant.get("never", ())),
                final=variant.get("final"),
                final_line=lines.get((*path, "final"), lines[path]),
            )
        )
    return Scenario(
        id=raw["id"],
        title=raw["title"],
        file=file,
        jurisdiction=raw["jurisdiction"],
        at=datetime.fromisoformat(raw["at"]),
        children=raw["children"],
        courses=tuple(courses),
    )


def _steps(
    raw: Sequence[Mapping[str, Any]], lines: Mapping[tuple[Any, ...], int], path: tuple[Any, ...]
) -> tuple[Step, ...]:
    return tuple(Step(line=lines[*path, index], what=what) for index, what in enumerate(raw))


def _after(after: str | int, main: Sequence[Step], file: str, line: int) -> int:
    if isinstance(after, int):
        return after
    for index, step in enumerate(main):
        if step.id == after:
            return index + 1
    raise Unreadable(file, line, f"变体的起点“{after}”不是任何一步的 id")
