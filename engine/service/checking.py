"""Checks model files as a person keeps them. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.bpmn import decisionfiles, gate, lint, quarantine
from engine.bpmn.calendarfiles import read_calendar
from engine.bpmn.catalog import ProcedureModel, read_with_findings
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.directory import Jurisdiction
from engine.bpmn.directoryfiles import Reader, read_jurisdiction, read_roles
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.floors import FLOORS, Floor, read_floors
from engine.bpmn.formfiles import FormFile, check_form, merged
from engine.bpmn.lint.rules import file_kind, process_id, unknown_field, unused_file
from engine.bpmn.parts import Parts
from engine.bpmn.release import BASE, CLAUSES, EVENTS, ROLES
from engine.bpmn.safetext import mappings, read_json, read_yaml, texts
from engine.bpmn.soundness import check_soundness
from engine.bpmn.xmltext import bpmn_children, read_xml
from engine.service import strays
from engine.service.modelfiles import FOLDERS, SUFFIXES, jurisdictions, load_bundle

#: What a file of elsewhere may lack: the place that it is meant for has it, perhaps.
ELSEWHERE = frozenset(
    {
        *("missing-form", "missing-decision", "unknown-role", "unknown-parameter", "unknown-clause", "unknown-name"),
        *("moves", "code"),
    }
)


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
    return [_checked(root, file, copies[file], known, odd[str(file)]) for file in files]


def _checked(
    root: Path,
    file: Path,
    copy: Path | None,
    known: Mapping[Path, Mapping[str, Sequence[Finding]]],
    odd: Sequence[Finding],
) -> Checked:
    if copy is None:
        alone = [] if quarantine.is_unreadable(odd) else _alone(root, file)
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
    for name in strays.unused(root):
        found.setdefault(name, []).extend(_idle(root, name))
    return found


def _idle(root: Path, name: str) -> Iterator[Finding]:
    """Say what is wrong with a file of the repository that no release takes up."""
    file = root / name
    message = "没有地区用到这个文件，它不会发布：请写进 procedures，或删去"
    yield unused_file.RULE.at_file(name, message)
    yield from (replace(one, file=name) for one in _alone(root, file))
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


def _alone(root: Path, file: Path) -> list[Finding]:
    """Check a file that belongs to no release; what it may lack is a warning."""
    if file.suffix not in SUFFIXES:
        message = f"不认识“{file.name}”这种文件，没有检查：流程图请另存为 .bpmn，决策表 .dmn，表单 .json，其他 .yaml"
        return [file_kind.RULE.at_file(str(file), message)]
    content, name = file.read_bytes(), str(file)
    try:
        if file.suffix == ".bpmn":
            return _diagram_alone(root, content, name)
        return _mild(_other(root, file, content))
    except ModelError as error:
        return _mild(error.findings)


def _diagram_alone(root: Path, content: bytes, name: str) -> list[Finding]:
    model, found = read_with_findings(content, file=name)
    findings = _mild(found)
    if any(one.severity == "error" for one in findings):
        return findings
    parts = _parts_around(root, name, model=model)
    findings = list(dict.fromkeys([*findings, *_mild(lint.check(parts))]))
    if any(one.severity == "error" for one in findings):
        return findings
    return [*findings, *check_soundness(model, heard=_may_come(model, parts))]


def _may_come(model: ProcedureModel, parts: Parts) -> frozenset[str]:
    """Return the messages that others may send to a procedure of elsewhere: all but those that it alone knows."""
    own = frozenset(model.throws) - frozenset(parts.elsewhere)
    waited = {*model.catches, *(door.message for door in model.doors if door.message)}
    return frozenset(waited) - own


def _mild(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with reminders for what the place that a file is meant for has, perhaps."""
    return [replace(one, severity="warning") if one.rule in ELSEWHERE else one for one in findings]


def _other(root: Path, file: Path, content: bytes) -> list[Finding]:
    name = str(file)
    match file.suffix:
        case ".dmn":
            table = decisionfiles.read_any(content, file=name)
            return lint.check(_parts_around(root, name, table=table)) if table else []
        case ".json":
            return _form_alone(root, content, name, file.stem)
        case _:
            data = read_yaml(content, name)
            is_place = isinstance(data, Mapping) and {"code", "parameters"} <= data.keys()
            return _place_alone(root, data, name) if is_place else []


def _place_alone(root: Path, data: Any, name: str) -> list[Finding]:
    """Check the file of a jurisdiction: its own shape, its limits, and whether it keeps the law."""
    reader = Reader(name)
    place = read_jurisdiction(data, reader, _roles(root))
    return [*reader.findings, *lint.check(replace(_parts_around(root, name), jurisdiction=place))]


def _form_alone(root: Path, content: bytes, name: str, code: str) -> list[Finding]:
    text, schema = content.decode("utf-8", "replace"), read_json(content, name)
    problems = check_form(schema, file=name, text=text, roles=_roles(root))
    if problems:
        return problems
    named, blocks = texts(schema.get("x-blocks")), _blocks(root, texts(schema.get("x-blocks")))
    form = FormFile(code=code, file=name, schema=merged(schema, blocks), text=text)
    findings = lint.check(_parts_around(root, name, form=form))
    if len(blocks) < len(named):  # which fields the others have, nobody can say
        return [one for one in findings if one.rule != "unknown-field"]
    lacking = sorted(set(form.schema["required"]) - set(form.schema["properties"]))
    said = "必填项“{}”不是表单的字段，谁也填不了：请删去，或补上这个字段"
    ghosts = (unknown_field.RULE.at_file(name, said.format(one), element=one) for one in lacking)
    return [*findings, *ghosts]


def _blocks(root: Path, codes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return the blocks of fields that all places share."""
    files = {code: root / FOLDERS[1] / BASE / f"{code}.json" for code in codes if Path(code).name == code}
    return {code: read_json(file.read_bytes(), file.name) for code, file in files.items() if file.exists()}


def _parts_around(
    root: Path,
    file: str,
    *,
    model: ProcedureModel | None = None,
    table: DecisionFile | None = None,
    form: FormFile | None = None,
) -> Parts:
    """Return a diagram, a table or a form among the roles and clauses of this repository, with nothing else."""
    nowhere = Jurisdiction(
        code="",
        name="",
        document="",
        scope={},
        procedures=(),
        areas=(),
        units=(),
        patterns=(),
        parameters={},
        groups={},
        absent=dict.fromkeys(_roles(root), ""),
    )
    return Parts(
        jurisdiction=nowhere,
        roles=_roles(root),
        events={},
        clauses={str(one.get("id")) for one in mappings(read_yaml((root / CLAUSES).read_bytes(), CLAUSES))},
        forms={form.code: form} if form else {},
        models={model.key: model} if model else {},
        decisions={},
        parameters=(),
        file=file,
        tables={table.id: (file, table)} if table else {},
        floors=_floors(root),
        elsewhere=_messages(root),
    )


def _messages(root: Path) -> frozenset[str]:
    """Return the messages that the diagrams of this repository name, and the events that people can say."""
    diagrams = sorted((root / FOLDERS[0]).glob("*/*.bpmn"))
    trees = (read_xml(one.read_bytes(), file=str(one)) for one in diagrams)
    named = {one.get("name", "") for tree in trees for one in bpmn_children(tree, "message")}
    register = root / EVENTS
    listed = mappings(read_yaml(register.read_bytes(), EVENTS).get("events")) if register.exists() else ()
    return frozenset(named | {str(one.get("name")) for one in listed})


def _roles(root: Path) -> dict[str, Any]:
    return read_roles(read_yaml((root / ROLES).read_bytes(), ROLES), Reader(ROLES))


def _floors(root: Path) -> tuple[Floor, ...]:
    file = root / FLOORS
    return read_floors(read_yaml(file.read_bytes(), FLOORS), Reader(FLOORS)) if file.exists() else ()
