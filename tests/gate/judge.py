"""Says what a checker did wrong with cases; nothing said is a gate that holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from engine.bpmn.findings import Finding
from engine.service.checking import check_files
from tests.gate.case import Case
from tests.gate.probe import SECRET_TEXT, Probe, watching

#: A checker gets the root of a repository and files, and returns what it finds in each of them.
Checker = Callable[[Path, Sequence[Path]], Sequence[Sequence[Finding]]]
#: A path, what stands there, and what stands beside it.
Asked: TypeAlias = tuple[str, bytes, int]
REPOSITORY = Path(__file__).resolve().parents[2]
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|（[^（）]*）|「[^」]*」|\"[^\"]*\"")
#: A function of FEEL has a name of three words.
_ENGLISH = re.compile(
    r"(?!date and time)\b[a-z']{2,}(?:[ ,]+[a-z']{2,}){2,}|Traceback|Error\b|Exception\b|<class|line \d+"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def the_gate(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
    """The checker that people use."""
    return [one.findings for one in check_files(root, files)]


def complaints_of_wrong(cases: Sequence[Case], checker: Checker, probe: Probe, folder: Path) -> dict[str, list[str]]:
    """Put faulty models to a checker, and return what it did wrong by case."""
    found, told = _put(cases, "wrong", checker, probe, folder)
    for case in cases:
        told[case.name] += _missed(case, found[case.name], probe)
    return {name: said for name, said in told.items() if said}


def complaints_of_right(cases: Sequence[Case], checker: Checker, probe: Probe, folder: Path) -> dict[str, list[str]]:
    """Put mended twins to a checker, and return what it did wrong by case."""
    found, told = _put(cases, "right", checker, probe, folder)
    for case in cases:
        told[case.name] += [f"refused: {one}" for one in found[case.name] if one.severity == "error"]
        told[case.name] += words(found[case.name])
    return {name: said for name, said in told.items() if said}


def _put(
    cases: Sequence[Case], side: str, checker: Checker, probe: Probe, folder: Path
) -> tuple[dict[str, Sequence[Finding]], dict[str, list[str]]]:
    """Ask a checker for all files of elsewhere at once, and for each small repository alone; for each content once."""
    seen: dict[Asked, Sequence[Finding]] = {}
    elsewhere = {_asked(case, side): case for case in reversed(cases) if case.within is None}
    files = [_write_out(case, side, probe, folder) for case in elsewhere.values()]
    probe.effects()
    with watching(probe):
        answers = checker(REPOSITORY, files) if files else []
    seen.update(zip(elsewhere, answers, strict=True))
    for case in cases:
        if (asked := _asked(case, side)) not in seen:
            file = _write_out(case, side, probe, folder)
            with watching(probe):
                seen[asked] = checker(folder / case.name, [file])[0]
    return {case.name: seen[_asked(case, side)] for case in cases}, _told(cases, probe)


def _asked(case: Case, side: str) -> Asked:
    content = case.wrong if side == "wrong" else case.right
    return case.path, content, hash(tuple((case.within or {}).items()))


def _told(cases: Sequence[Case], probe: Probe) -> dict[str, list[str]]:
    """Return side effects by the case whose canary they touch; all else is everybody's."""
    told: dict[str, list[str]] = {case.name: [] for case in cases}
    for effect in probe.effects():
        owner = next((case.name for case in cases if str(probe.canary(case.name)) in effect), "")
        told.setdefault(owner, []).append(f"side effect: {effect}")
    return told


def _write_out(case: Case, side: str, probe: Probe, folder: Path) -> Path:
    """Write a model where the case has it, with the other files of its repository."""
    for path, content in (case.within or {}).items():
        _write(folder / case.name / path, content)
    content = case.wrong if side == "wrong" else case.right
    return _write(folder / case.name / case.path, probe.fill_in(content, case.name))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _missed(case: Case, found: Sequence[Finding], probe: Probe) -> Iterator[str]:
    errors = [one for one in found if one.severity == "error"]
    if not errors:
        yield "let through"
    for one in errors:
        if one.element not in case.at:
            yield f"a neighbour is blamed: {one}"
        if SECRET_TEXT in one.message:
            yield f"the secret is told: {one}"
    if errors and not any(one.rule in case.rules for one in errors):
        yield f"rules {sorted({one.rule for one in errors})} instead of {case.rules}"
    lines = probe.fill_in(case.wrong, case.name).decode("utf-8", "replace").splitlines()
    if errors and not any(_stands_there(case, one, lines) for one in errors):
        yield f"lines {sorted({one.line for one in errors})} are not those of {case.near or case.at}"
    yield from words(errors)


def _stands_there(case: Case, one: Finding, lines: Sequence[str]) -> bool:
    """Whether the culprit begins on the line that a finding names; some faults have no line."""
    quoted = one.element if case.path.endswith(".yaml") else f'"{one.element}"'
    wanted = case.near if case.near is not None else quoted if one.element else ""
    return not wanted or (0 < one.line <= len(lines) and wanted in lines[one.line - 1])


def words(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what is not said in Chinese to somebody who draws."""
    for one in findings:
        plain = _QUOTED.sub("", one.message)
        if not _CHINESE.search(plain) or _ENGLISH.search(plain):
            yield f"not in plain Chinese: {one.message}"


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without a word of where a database is."""
    return {key: value for key, value in environment.items() if not key.startswith(("SHOUHU_", "PG"))}
