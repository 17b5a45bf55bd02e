"""Finds the rules of the gate with their pages and models; checks a model through the door that people use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import Rule, all_rules
from engine.bpmn.xmltext import DI
from engine.service.checking import check_files
from tests.lint.bundle import a_bundle, findings_in_repository, findings_of

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(__file__).parent / "models"
PAGES = ROOT / "docs/rules"
PICTURES = PAGES / "pictures"
CULPRITS = "culprits.yaml"
#: Larger diagrams are not drawn.
LARGEST = 60_000
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


@dataclass(frozen=True, kw_only=True)
class Culprit:
    """Where a rule must find a model wrong; ``also`` are the errors of other rules that belong to it.

    ``elements`` are all that the rule may name; ``line`` and ``file`` are looked at where they are given.
    """

    elements: tuple[str, ...]
    line: int
    file: str
    also: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One wrong or right model of a rule: a file, or a folder that is laid over the small jurisdiction.

    ``wrong-repository/`` is checked where its files lie, all others as they are published.
    """

    rule: Rule
    path: Path

    @property
    def name(self) -> str:
        return f"{self.rule.name}/{self.path.name}"

    @property
    def is_repository(self) -> bool:
        return self.path.is_dir() and "-repository" in self.path.name

    def findings(self) -> tuple[Finding, ...]:
        """What the gate says of it."""
        if self.is_repository:
            return findings_in_repository(self.path)
        if self.path.is_dir():
            return findings_of(self.path)
        return next(iter(check_files(ROOT, [self.path]))).findings

    def culprit(self) -> Culprit:
        """Where the rule must find it wrong."""
        known = yaml.safe_load((self.path.parent / CULPRITS).read_text(encoding="utf-8"))
        return _culprit(known[self.path.name])


def _culprit(said: Any) -> Culprit:
    entry: Mapping[str, Any] = said if isinstance(said, Mapping) else {"element": said}
    elements = entry.get("element", ())
    return Culprit(
        elements=(elements,) if isinstance(elements, str) else tuple(elements),
        line=int(entry.get("line", 0)),
        file=str(entry.get("file", "")),
        also=tuple(entry.get("also", ())),
    )


def folder_of(rule: Rule) -> Path:
    """Where the models of a rule are."""
    return MODELS / rule.name


def examples(kind: str) -> Iterator[Example]:
    """Every model of a kind, ``wrong`` or ``right``, of every rule."""
    for rule in all_rules():
        for path in sorted(folder_of(rule).glob(f"{kind}*")):
            yield Example(rule=rule, path=path)


def diagram_of(example: Example) -> Path | None:
    """The diagram that the picture of a model shows: of several the culprit's.

    None where nothing can be drawn, and of ``wrong-file.bpmn``: what is wrong there is in its lines;
    of a repository, in its lines or in the names of its files.
    """
    if example.is_repository:
        return None
    if example.path.is_file():
        about_lines = "-file" in example.path.stem
        return None if about_lines or not _is_laid_out(example.path) else example.path
    wrong = example.path.with_name(example.path.name.replace("right", "wrong"))
    told = Example(rule=example.rule, path=wrong).culprit().file or ".bpmn"
    found = (one for one in sorted(example.path.rglob("*.bpmn")) if one.as_posix().endswith(told))
    return next((one for one in found if _is_laid_out(one)), None)


def _is_laid_out(path: Path) -> bool:
    if path.suffix != ".bpmn" or path.stat().st_size > LARGEST:
        return False
    try:
        root = etree.parse(path, _PARSER).getroot()
    except (etree.XMLSyntaxError, LookupError):
        return False
    plane = root.find(f".//{{{DI}}}BPMNPlane")
    if plane is None or not len(plane):
        return False
    return any(one.get("id") == plane.get("bpmnElement") for one in root.iter("{*}*"))


def contents(example: Example) -> dict[str, bytes]:
    """The files of a model; those of a folder with what they are laid over."""
    if example.path.is_dir():
        return a_bundle(example.path)
    name = example.path.name.replace("wrong", "model").replace("right", "model")
    return {name: example.path.read_bytes()}


def twin_of(example: Example) -> Example | None:
    """The right model of a wrong one, or the other way round; by its name, else the first."""
    here, there = ("wrong", "right") if example.path.name.startswith("wrong") else ("right", "wrong")
    named = example.path.with_name(example.path.name.replace(here, there, 1))
    found = [named] if named.exists() else sorted(example.path.parent.glob(f"{there}*"))
    return Example(rule=example.rule, path=found[0]) if found else None


def is_shown(example: Example) -> bool:
    """Whether the rule's page shows the picture of a model."""
    page = PAGES / f"{example.rule.name}.md"
    return page.exists() and f"pictures/{picture_of(example).name}" in page.read_text(encoding="utf-8")


def read_diagram(path: Path) -> str:
    """The text of a diagram, whatever it is encoded in."""
    return str(etree.tostring(etree.parse(path, _PARSER), encoding="unicode"))


def picture_of(example: Example) -> Path:
    """Where the picture of a model is: ``two-timers/wrong-2.bpmn`` → ``two-timers-wrong-2.svg``."""
    return PICTURES / f"{example.rule.name}-{example.path.stem}.svg"


def errors(findings: tuple[Finding, ...]) -> Counter[str]:
    """How many errors each rule has found."""
    return Counter(one.rule for one in findings if one.severity == "error")
