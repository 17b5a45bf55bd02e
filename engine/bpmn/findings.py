"""What is wrong with a model: one finding a problem, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.errors import Invalid, ShouhuError


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One step of a counter-example: what happened at an element, and where the tokens stand after it."""

    element: str
    words: str
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One problem of a file, at the line and element where it can be mended.

    ``steps`` lead from the start to the problem, where it is one of running and not of drawing.
    """

    rule: str
    message: str
    file: str
    element: str = ""
    line: int = 0
    severity: str = "error"
    steps: tuple[Move, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        element = f" {self.element}" if self.element else ""
        return f"{place}{element}：{self.message}（{self.rule}）"


class ModelError(Invalid):
    """A model that cannot run; ``findings`` has every problem, so that all can be mended at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        told = [one for one in findings if one.severity == "error"] or findings
        super().__init__({f"{f.file}:{f.element or f.line}:{f.rule}": str(f) for f in told})


class CannotGoOn(ShouhuError):
    """A running instance met something its model has no way for; the step did not happen."""

    def __init__(self, procedure: str, element: str, reason: str) -> None:
        super().__init__(f"{procedure} 的 {element} 无法继续：{reason}")
        self.procedure = procedure
        self.element = element
        self.reason = reason


class UnknownState(ShouhuError):
    """The bytes of an instance were written by another program, or a later version of this one."""

    def __init__(self, version: int | None) -> None:
        super().__init__(f"流程实例的存储格式无法识别（版本 {version}）")
        self.version = version
