"""One faulty model and its mended twin, and what the gate must say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.gate.draw import diagram

Content: TypeAlias = bytes | Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Case:
    """``at``: the only elements that may be blamed, the first of them must be; "" is the file as a whole.

    ``near`` is a text on the line that must be named; absent, the line on which the first of ``at`` begins.
    ``within`` are the other files of a small repository, where a model can only be wrong among them.
    """

    name: str
    fault: str
    at: tuple[str, ...]
    rules: tuple[str, ...]
    wrong: bytes
    right: bytes
    path: str
    near: str | None = None
    within: Mapping[str, bytes] | None = None

    def __str__(self) -> str:
        return self.name


def alone(
    name: str,
    fault: str,
    *,
    at: str | Sequence[str],
    rule: str | Sequence[str],
    wrong: Content,
    right: Content,
    near: str | None = None,
    suffix: str = ".bpmn",
) -> Case:
    """A file that comes from elsewhere; parts are put into a diagram, bytes are the file itself."""
    return Case(
        name=name,
        fault=fault,
        at=(at,) if isinstance(at, str) else tuple(at),
        rules=(rule,) if isinstance(rule, str) else tuple(rule),
        wrong=_file(wrong),
        right=_file(right),
        path=f"model{suffix}",
        near=near,
    )


def _file(content: Content) -> bytes:
    return content if isinstance(content, bytes) else diagram(*content)
