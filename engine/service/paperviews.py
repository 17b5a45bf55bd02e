"""What the pages of papers show, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.paperfilling import Block


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperLine:
    """A paper in a list: numbers and names of documents, never a child's."""

    id: int
    case_id: int
    case_number: str
    name: str
    number: str | None
    unit_name: str
    at: datetime
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One version as it was issued."""

    number: int
    at: datetime
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done with a paper, in labels and words; ``scan`` is the id of the file that proves it."""

    kind: str
    at: datetime
    by: str
    unit_name: str
    details: Sequence[tuple[str, str]]
    scan: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperView:
    """A paper with all that was done with it. ``whole`` says whether the reader may see what stands on it."""

    line: PaperLine
    whole: bool
    place: str
    versions: Sequence[Version]
    done: Sequence[Done]
    may: frozenset[str]
    blocks: Sequence[Block]
    seen: int
    ways: Mapping[str, str]
