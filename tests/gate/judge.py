"""Says what a checker did wrong with one case; an empty list is a gate that holds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.bpmn.findings import Finding, ModelError
from engine.service.checking import check_files
from tests.gate.case import Case
from tests.gate.probe import SECRET_TEXT, Probe, watching

#: A checker gets the root of a repository and a file, and returns what it finds in that file.
Checker = Callable[[Path, Path], Sequence[Finding]]
REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST = 2.0
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|（[^（）]*）|`[^`]*`|\"[^\"]*\"")
_ENGLISH = re.compile(r"[A-Za-z']{2,}(?:[ ,]+[A-Za-z']{2,}){2,}|Traceback|Error\b|Exception\b|<class|line \d+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True)
class Written:
    """A model on disk: the root it is checked under, and the file."""

    root: Path
    file: Path
    text: str


def the_gate(root: Path, file: Path) -> Sequence[Finding]:
    """The checker that people use."""
    return [found for one in check_files(root, [file]) for found in one.findings]


def write_out(case: Case, content: bytes, probe: Probe, folder: Path) -> Written:
    """Write a model where the case has it, with the other files of its repository."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, other in (case.within or {}).items():
        _write(folder / path, other)
    content = probe.fill_in(content)
    file = _write(folder / case.path, content)
    root = REPOSITORY if case.within is None else folder
    return Written(root, file, content.decode("utf-8", "replace"))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def complaints_of_wrong(case: Case, checker: Checker, probe: Probe, folder: Path) -> list[str]:
    """Put the faulty model to a checker."""
    written = write_out(case, case.wrong, probe, folder)
    found, told = _asked(checker, written, probe)
    errors = [one for one in found if one.severity == "error"]
    if not errors:
        return [*told, "the faulty model was let through"]
    return [*told, *_blames(case, errors), *_lines(case, errors, written.text), *words(errors)]


def complaints_of_right(case: Case, checker: Checker, probe: Probe, folder: Path) -> list[str]:
    """Put the mended twin to a checker."""
    found, told = _asked(checker, write_out(case, case.right, probe, folder), probe)
    return [*told, *(f"the mended twin was refused: {one}" for one in found if one.severity == "error")]


def _asked(checker: Checker, written: Written, probe: Probe) -> tuple[Sequence[Finding], list[str]]:
    probe.effects()
    begun = time.monotonic()
    with watching(probe):
        try:
            found = checker(written.root, written.file)
        except ModelError as error:
            found = error.findings
    took = time.monotonic() - begun
    late = [f"took {took:.1f} s"] if took > LONGEST else []
    leaked = [f"the secret is told: {one}" for one in found if SECRET_TEXT in one.message]
    return found, [*late, *leaked, *(f"side effect: {one}" for one in probe.effects())]


def _blames(case: Case, errors: Sequence[Finding]) -> Iterator[str]:
    here = [one for one in errors if one.element == case.at[0]]
    if not here:
        yield f"nothing is said of {case.at[0] or 'the file'}"
    elif not any(one.rule in case.rules for one in here):
        yield f"rules {sorted({one.rule for one in here})} instead of {case.rules}"
    for one in errors:
        if one.element not in case.at:
            yield f"a neighbour is blamed: {one}"


def _lines(case: Case, errors: Sequence[Finding], text: str) -> Iterator[str]:
    wanted = case.near if case.near is not None else f'"{case.at[0]}"'
    if not wanted or not case.at[0] and case.near is None:
        return
    lines = {number for number, line in enumerate(text.splitlines(), 1) if wanted in line}
    said = {one.line for one in errors if one.element == case.at[0]}
    if not said & lines:
        yield f"line {sorted(said)} instead of {sorted(lines)}"


def words(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what is not said in Chinese to somebody who draws."""
    for one in findings:
        plain = _QUOTED.sub("", one.message)
        if not _CHINESE.search(plain) or _ENGLISH.search(plain):
            yield f"not in plain Chinese: {one.message}"


def settings_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without a word of where a database is."""
    return {key: value for key, value in environment.items() if not key.startswith(("SHOUHU_", "PG"))}
