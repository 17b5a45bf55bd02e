"""Checks model files as a person keeps them. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.bpmn import gate, lint, quarantine
from engine.bpmn.calendarfiles import read_calendar
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.lint.rules import process_id, unused_file
from engine.bpmn.release import ROLES
from engine.service import strays
from engine.service.elsewhere import Elsewhere
from engine.service.modelfiles import FOLDERS, SUFFIXES, jurisdictions, load_bundle

#: Where the plans of the years lie; they belong to no release.
CALENDARS = "processes/calendars/"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One file and what is wrong with it."""

    file: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return all(one.severity != "error" for one in self.findings)


def check_files(root: Path, paths: Iterable[Path]) -> list[Checked]:
    """Check files and folders: those of a repository as part of its releases, others alone.

    A file below the ``processes`` or ``forms`` of another copy of the repository is checked as part of
    that copy. What others lack is held against ``root``. XML is read by a process of its own first.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path.resolve())))
    copies = {file: _copy_of(root, file) for file in files}
    odd = gate.in_quarantine({str(file): quarantine.head(file) for file in files})
    known = {copy: _releases(copy) for copy in dict.fromkeys(copies.values()) if copy}
    elsewhere = Elsewhere(root)
    return [_checked(elsewhere, file, copies[file], known, odd[str(file)]) for file in files]


def _checked(
    elsewhere: Elsewhere,
    file: Path,
    copy: Path | None,
    known: Mapping[Path, Mapping[str, Sequence[Finding]]],
    odd: Sequence[Finding],
) -> Checked:
    if copy is None:
        alone = [] if quarantine.is_unreadable(odd) else elsewhere.findings(file)
        return Checked(file=str(file), findings=tuple(dict.fromkeys([*odd, *alone])))
    name = file.relative_to(copy).as_posix()
    said = [replace(one, file=name) for one in odd]
    plan = _of_calendar(file, name) if name.startswith(CALENDARS) else ()
    return Checked(file=name, findings=tuple(dict.fromkeys([*said, *plan, *known[copy].get(name, ())])))


def _of_calendar(file: Path, name: str) -> Sequence[Finding]:
    try:
        read_calendar(file.read_bytes(), name)
    except ModelError as error:
        return error.findings
    return ()


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (one for one in sorted(path.rglob("*")) if one.suffix in SUFFIXES and one.is_file())
    else:
        yield path


def _copy_of(root: Path, file: Path) -> Path | None:
    """Return the repository of which a file is part: this one, or the nearest copy of one above the file."""
    for above in dict.fromkeys((root, *file.parents)):
        if file.is_relative_to(above) and (above / ROLES).exists():
            parts = file.relative_to(above).parts
            return above if parts[0] in FOLDERS else None
    return None


def _releases(root: Path) -> dict[str, list[Finding]]:
    """Return the findings of all jurisdictions by file; one that is not everybody's says whose it is."""
    codes = jurisdictions(root)
    whose: dict[Finding, list[str]] = {}
    for code in codes:
        try:
            findings = gate.admit(code, load_bundle(root, code)).findings
        except ModelError as error:
            findings = error.findings
        for one in findings:
            whose.setdefault(one, []).append(code)
    affected: dict[Finding, set[str]] = {}
    for one, concerned in whose.items():
        affected.setdefault(_gist(one), set()).update(concerned)
    found: dict[str, list[Finding]] = {}
    for one, concerned in whose.items():
        own = one.file.split("/")[1] in codes
        said = one.message if own or concerned == codes else f"{one.message}（{'、'.join(concerned)}）"
        severity = _in_all(one, affected[_gist(one)] >= _users(root, codes, one.file))
        found.setdefault(one.file, []).append(replace(one, message=said, severity=severity))
    for name, astray in strays.strays(root).items():
        found.setdefault(name, []).extend(astray)
    alone = Elsewhere(root)
    for name in strays.unused(root):
        found.setdefault(name, []).extend(_idle(alone, root / name, name))
    return found


def _idle(elsewhere: Elsewhere, file: Path, name: str) -> Iterator[Finding]:
    """Say what is wrong with a file of the repository that no release takes up."""
    message = "没有地区用到这个文件，它不会发布：请写进 procedures，或删去"
    yield unused_file.RULE.at_file(name, message)
    yield from (replace(one, file=name) for one in elsewhere.findings(file))
    if file.suffix == ".bpmn" and (key := strays.key_of(file)) not in {"", file.stem}:
        said = f"过程的编号是“{key}”，应与文件名“{file.stem}”相同：不能顶替别的过程"
        yield process_id.RULE.at_file(name, said, element=key)


def _gist(one: Finding) -> Finding:
    """Return a finding without the options that the forms of one place offer."""
    return replace(one, message=one.message.partition("；有的是")[0])


def _users(root: Path, codes: Iterable[str], file: str) -> set[str]:
    """Return the jurisdictions that have no file of their own instead of a shared one."""
    folder, _, name = file.partition("/base/")
    return {code for code in codes if not (name and (root / folder / code / name).exists())}


def _in_all(one: Finding, everywhere: bool) -> str:
    """Return how grave a finding is: what a shared file says for one place alone is no fault of the others."""
    if one.rule not in lint.local_rules() or not one.file.startswith(lint.SHARED_FILES) or one.severity == "error":
        return one.severity
    if not everywhere:
        return "note"
    return "error" if one.rule == "unknown-option" else "warning"
