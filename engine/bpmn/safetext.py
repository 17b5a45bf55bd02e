"""Reads YAML and JSON that somebody wrote: no tags, no anchors, no key twice, no large file. Runs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from engine.bpmn.findings import Finding, ModelError

MAX_BYTES = 2_000_000
MAX_DEPTH = 40

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Lined(dict[str, Any]):
    """A mapping that remembers on which line each key stands."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.line = 0

    def line_of(self, key: str) -> int:
        """Return the line of a key, or that of the mapping."""
        return self.lines.get(key, self.line)


def line_of(value: Any, key: str = "") -> int:
    """Return the line of a key of a mapping that was read here; 0 where it is not known."""
    return value.line_of(key) if isinstance(value, Lined) else 0


@lru_cache(maxsize=64)
def read_yaml(content: bytes, file: str) -> Any:
    """Return what a YAML file says; mappings know their lines. The value is shared: do not change it.

    Raises:
        ModelError: the file is too large, no YAML, or uses tags, anchors or a key twice.
    """
    text = _text(content, file)
    try:
        node = _compose(text, file)
    except yaml.MarkedYAMLError as error:
        raise _refused("yaml", "不是有效的 YAML 文件", file, _line(error.problem_mark)) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _refused("yaml", "不是有效的 YAML 文件", file) from error
    return None if node is None else _value(node, file, 0)


def read_json(content: bytes, file: str) -> Any:
    """Return what a JSON file says.

    Raises:
        ModelError: the file is too large, no JSON, or has a key twice.
    """
    text = _text(content, file)

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        for key in keys:
            if keys.count(key) > 1:
                raise _refused("duplicate-key", f"键“{key}”出现了两次", file, find_line(text, f'"{key}"'))
        return dict(found)

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _refused("json", "不是有效的 JSON 文件", file, error.lineno) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, ModelError):
            raise
        raise _refused("json", "不是有效的 JSON 文件", file) from error


def find_line(text: str, wanted: str) -> int:
    """Return the first line that contains a text, 0 where none does."""
    return next((n for n, line in enumerate(text.splitlines(), 1) if wanted in line), 0)


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings of a list, passing over whatever else stands in it."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))


def texts(value: Any) -> tuple[str, ...]:
    """Return one text or a list of texts as a tuple of texts."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _text(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise _refused("size", f"文件超过 {MAX_BYTES // 1_000_000} MB", file)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("encoding", "文件不是 UTF-8 编码", file) from error


def _compose(text: str, file: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            anchored = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
            tagged = isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None)
            if anchored or tagged:
                raise _refused("yaml", "不允许使用锚点、别名或标签", file, _line(event.start_mark))
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _value(node: yaml.Node, file: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _refused("depth", f"嵌套超过{MAX_DEPTH}层：请核对括号和缩进", file, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, file, depth + 1) for one in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """Return a plain value; what looks like a date and is none (30 February) stays a text."""
    try:
        return _Scalars().construct_object(node)  # a constructor keeps every node it has seen
    except ValueError:
        return str(node.value)


def _mapping(node: yaml.MappingNode, file: str, depth: int) -> Lined:
    found = Lined()
    found.line = _line(node.start_mark)
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        key = str(key_node.value)
        if key in found:
            raise _refused("duplicate-key", f"键“{key}”出现了两次", file, line)
        found[key] = _value(value_node, file, depth + 1)
        found.lines[key] = line
    return found


class _Scalars(yaml.constructor.SafeConstructor):
    """Builds plain values; a date in a file stays a text unless it is an unquoted date."""


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 0


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _refused(rule: str, message: str, file: str, line: int = 0) -> ModelError:
    return ModelError([Finding(rule=rule, message=message, file=file, line=line)])
