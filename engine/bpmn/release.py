"""Compiles the files of one jurisdiction into a release, or refuses them whole. Pure: files come as bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias, TypeVar

from engine import feel
from engine.bpmn import lint
from engine.bpmn.adapter import Procedure, compile_model
from engine.bpmn.catalog import ProcedureModel, read_procedure, read_published, read_with_findings
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.decisionfiles import read as read_decision_file
from engine.bpmn.directory import Jurisdiction, Role
from engine.bpmn.directoryfiles import Reader, read_events, read_jurisdiction, read_roles
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.floors import FLOORS, read_floors
from engine.bpmn.formfiles import FormFile, check_form, merged
from engine.bpmn.paperfiles import FOLDER, SUFFIX, PaperFile, read_paper
from engine.bpmn.parts import Parts
from engine.bpmn.released import Release
from engine.bpmn.safetext import mappings, read_json, read_yaml, texts
from engine.core.deadlines import AT_ONCE

__all__ = [
    "CLAUSES",
    "EVENTS",
    "ROLES",
    "Bundle",
    "Release",
    "compile_release",
    "effective",
    "in_order",
    "parsed",
    "restore_release",
]

ROLES, EVENTS, CLAUSES = "processes/roles.yaml", "processes/events.yaml", "processes/clauses.yaml"
BASE = "base"
#: Blocks of fields have codes that begin like this.
BLOCK = "B-"
_DURATION = re.compile(r"-?P(?=[\dT])")
_CODE = re.compile(r"[a-z]{2,8}")

Bundle: TypeAlias = Mapping[str, bytes]
T = TypeVar("T")


def compile_release(jurisdiction: str, bundle: Bundle) -> Release:
    """Compile a bundle.

    Raises:
        ModelError: with every finding, where the bundle cannot run.
    """
    compiler = _Compiler(jurisdiction, bundle)
    release = compiler.compile()
    if release is None or any(one.severity == "error" for one in compiler.findings):
        raise ModelError(in_order(compiler.findings))
    return release


def restore_release(jurisdiction: str, bundle: Bundle) -> Release:
    """Compile a bundle that was published before.

    It passed the gate of its day, and cases run on it: what a later program would refuse is not held against it.

    Raises:
        ModelError: some of it can no longer be compiled at all.
    """
    compiler = _Compiler(jurisdiction, bundle, checked=False)
    release = compiler.compile()
    if release is None or len(release.procedures) < compiler.wanted:
        raise ModelError(in_order(compiler.findings))
    return replace(release, findings=())


def effective(bundle: Bundle, jurisdiction: str, folder: str, name: str) -> str | None:
    """Return the path of a file: the jurisdiction's own where it has one, else the base file."""
    wanted = (f"{folder}/{jurisdiction}/{name}", f"{folder}/{BASE}/{name}")
    return next((path for path in wanted if path in bundle), None)


def parsed(raw: Any) -> Any:
    """Return a parameter's value: an ISO duration as such, everything else as it is written.

    Raises:
        FeelError: it begins like a duration and is none.
    """
    if isinstance(raw, str) and raw != AT_ONCE and _DURATION.match(raw):
        return feel.parse_duration(raw)
    if isinstance(raw, list):
        return [parsed(one) for one in raw]
    return raw


class _Compiler:
    """Reads the files one after the other and collects findings; each step works with what was read."""

    def __init__(self, jurisdiction: str, bundle: Bundle, *, checked: bool = True) -> None:
        self.code = jurisdiction
        self.bundle = bundle
        self.checked = checked
        self.wanted = 0
        self.findings: list[Finding] = []
        self.process_names: dict[str, frozenset[str]] = {}
        self.bases: dict[str, ProcedureModel] = {}

    def compile(self) -> Release | None:
        if not _CODE.fullmatch(self.code):
            self._problem("jurisdiction", f"地区代码“{self.code}”的写法不对", "")
            return None
        path = f"processes/{self.code}/jurisdiction.yaml"
        roles = self._with_reader(ROLES, read_roles) or {}
        clauses = {str(one.get("id")): one for one in mappings(self._yaml(CLAUSES))}
        written = self._with_reader(path, lambda data, reader: read_jurisdiction(data, reader, roles))
        events = self._with_reader(EVENTS, lambda data, reader: read_events(data, reader, self.code, roles)) or {}
        if written is None:
            return None
        if written.code != self.code:
            self._problem("jurisdiction", f"文件里的代码是“{written.code}”，应为“{self.code}”", path)
        values = self._values(written, path)
        models, diagrams = self._models(written)
        decisions = self._decisions()
        blocks = self._blocks(roles)
        forms = self._forms(models, roles, blocks)
        papers = self._papers()
        parts = Parts(
            jurisdiction=written,
            roles=roles,
            events=events,
            clauses=clauses,
            forms=forms,
            models=models,
            decisions={key: one.outputs for key, one in decisions.items()},
            parameters=[key for key in written.parameters if key.isidentifier()],
            file=path,
            values={key: value for key, value in values.items() if key.isidentifier()},
            tables={key: (self._decision_path(key), one) for key, one in decisions.items()},
            bases=self.bases,
            unread=self._unread({*models, *decisions, *forms}),
            papers=papers,
            blocks=blocks,
            floors=(self._with_reader(FLOORS, read_floors) if FLOORS in self.bundle else None) or (),
        )
        if self.checked:
            self.findings += lint.check(parts, whole=len(models) == self.wanted)
        procedures = self._procedures(parts, decisions)
        return Release(
            jurisdiction=self.code,
            name=written.name,
            document=written.document,
            scope=written.scope,
            procedures=procedures,
            forms={code: one.schema for code, one in forms.items()},
            blocks=blocks,
            process_names=self.process_names,
            parameters=values,
            sources=written.parameters,
            roles=roles,
            groups=written.groups,
            events=events,
            clauses=clauses,
            areas=written.areas,
            units=written.units,
            patterns=written.patterns,
            cadences=written.cadences,
            diagrams=diagrams,
            papers={name: one.content for name, one in papers.items()},
            findings=in_order(self.findings),
        )

    def _models(self, written: Jurisdiction) -> tuple[dict[str, ProcedureModel], dict[str, bytes]]:
        models: dict[str, ProcedureModel] = {}
        diagrams: dict[str, bytes] = {}
        self.wanted = len(written.procedures)
        for key in written.procedures:
            path = effective(self.bundle, self.code, "processes", f"{key}.bpmn")
            if path is None:
                where = f"processes/{self.code}/jurisdiction.yaml"
                self._problem("missing-procedure", f"要发布的过程“{key}”没有流程图（{key}.bpmn）", where, key)
                continue
            model = self._guarded(partial(self._diagram, path))
            if model is None:
                continue
            if model.key != key:
                said = f"过程的编号是“{model.key}”，应与文件名“{key}”相同"
                self._problem("process-id", said, path, model.key)
                continue
            models[key], diagrams[key] = model, self.bundle[path]
            self._read_base(key, path)
        return models, diagrams

    def _diagram(self, path: str) -> ProcedureModel | None:
        if not self.checked:
            return read_published(self.bundle[path], file=path)
        model, findings = read_with_findings(self.bundle[path], file=path)
        self.findings += findings
        return None if any(one.severity == "error" for one in findings) else model

    def _read_base(self, key: str, path: str) -> None:
        """Read the base diagram that the jurisdiction's own replaces."""
        base = f"processes/{BASE}/{key}.bpmn"
        if path == base or base not in self.bundle or not self.checked:
            return
        try:
            self.bases[key] = read_procedure(self.bundle[base], file=base)
        except ModelError:
            return  # the base diagram is not in force here, so what is wrong with it is not said here

    def _decisions(self) -> dict[str, DecisionFile]:
        found: dict[str, DecisionFile] = {}
        for key in self._names("processes", ".dmn"):
            path = self._decision_path(key)
            read = self._guarded(partial(read_decision_file, self.bundle[path], file=path)) if path else None
            if read is not None:
                found[key] = read
        return found

    def _decision_path(self, key: str) -> str:
        return effective(self.bundle, self.code, "processes", f"{key}.dmn") or ""

    def _unread(self, read: Collection[str]) -> frozenset[str]:
        """Return the names of the files that are there and could not be read."""
        suffixes = (("processes", ".bpmn"), ("processes", ".dmn"), ("forms", ".json"))
        return frozenset(name for folder, suffix in suffixes for name in self._names(folder, suffix)) - set(read)

    def _blocks(self, roles: Mapping[str, Role]) -> dict[str, Mapping[str, Any]]:
        codes = [code for code in self._names("forms", ".json") if code.startswith(BLOCK)]
        read = {code: self._form_file(code, roles) for code in codes}
        return {code: one.schema for code, one in read.items() if one is not None}

    def _forms(
        self, models: Mapping[str, ProcedureModel], roles: Mapping[str, Role], blocks: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, FormFile]:
        """Return the forms that the procedures use; the others of the bundle are no part of the release."""
        used = dict.fromkeys(task.form for model in models.values() for task in model.tasks.values())
        forms: dict[str, FormFile] = {}
        for code in used:
            form = self._form_file(code, roles)
            if form is None:
                continue
            for block in texts(form.schema.get("x-blocks")):
                if block not in blocks and not effective(self.bundle, self.code, "forms", f"{block}.json"):
                    self._problem("missing-form", f"表单用到的字段组“{block}”不存在", form.file)
            schema = merged(form.schema, blocks)
            for key in sorted(set(schema["required"]) - set(schema["properties"])):
                self._problem("unknown-field", f"必填项“{key}”不是表单的字段", form.file, key)
            forms[code] = FormFile(code=code, file=form.file, schema=schema, text=form.text)
        return forms

    def _form_file(self, code: str, roles: Mapping[str, Role]) -> FormFile | None:
        path = effective(self.bundle, self.code, "forms", f"{code}.json")
        if path is None:
            return None
        schema = self._guarded(lambda: read_json(self.bundle[path], path))
        text = self.bundle[path].decode("utf-8", "replace")
        checks = self.checked and schema is not None
        problems = check_form(schema, file=path, text=text, roles=roles) if checks else []
        self.findings += problems
        if schema is None or problems:
            return None
        return FormFile(code=code, file=path, schema=schema, text=text)

    def _papers(self) -> dict[str, PaperFile]:
        """Return the templates of documents; those of a published release are not judged again."""
        found: dict[str, PaperFile] = {}
        for name in self._names(f"forms/{{}}/{FOLDER}", SUFFIX):
            own, shared = (f"forms/{place}/{FOLDER}/{name}{SUFFIX}" for place in (self.code, BASE))
            path = own if own in self.bundle else shared
            content = self.bundle[path]
            read = (
                self._guarded(partial(read_paper, content, file=path))
                if self.checked
                else PaperFile(name=name, file=path, content=content)
            )
            if read is not None:
                found[name] = read
        return found

    def _procedures(self, parts: Parts, decisions: Mapping[str, DecisionFile]) -> dict[str, Procedure]:
        wrong = {one.file for one in self.findings if one.severity == "error"} if self.checked else set()
        compiled: dict[str, Procedure] = {}
        for key, model in parts.models.items():
            if model.file in wrong or (self.checked and not parts.is_whole(model)):
                continue
            names = parts.process_names(model) | frozenset(parts.parameters)
            self.process_names[key] = names
            procedure = self._guarded(partial(compile_model, model, names=names, decisions=decisions))
            if procedure is not None:
                compiled[key] = procedure
        return compiled

    def _values(self, written: Jurisdiction, path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for one in written.parameters.values():
            try:
                values[one.key] = parsed(one.raw)
            except feel.FeelError as error:
                self._problem("parameter", f"参数“{one.key}”：{error.sentence}", path, one.key, one.line)
        return values

    def _names(self, folder: str, suffix: str) -> list[str]:
        """Return the names of the files of a kind that the jurisdiction or the base has.

        ``folder`` stands above the place, or has a ``{}`` where the place stands.
        """
        below = folder if "{}" in folder else f"{folder}/{{}}"
        places = (f"{below.format(BASE)}/", f"{below.format(self.code)}/")
        paths = [path for path in self.bundle if path.startswith(places) and path.endswith(suffix)]
        return sorted({path.rpartition("/")[2].removesuffix(suffix) for path in paths})

    def _with_reader(self, path: str, read: Callable[[Any, Reader], T]) -> T | None:
        data = self._yaml(path)
        if data is None:
            return None
        reader = Reader(path)
        result = read(data, reader)
        self.findings += reader.findings
        return result

    def _yaml(self, path: str) -> Any:
        if path not in self.bundle:
            self._problem("missing-file", "缺少文件", path)
            return None
        return self._guarded(lambda: read_yaml(self.bundle[path], path))

    def _guarded(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ModelError as error:
            self.findings += [one for one in error.findings if one not in self.findings]
            return None

    def _problem(self, rule: str, message: str, file: str, element: str = "", line: int = 0) -> None:
        self.findings.append(Finding(rule=rule, message=message, file=file, element=element, line=line))


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings once each, the gravest first, then by file and line."""
    order = ("error", "warning", "note")
    ordered = sorted(findings, key=lambda one: (order.index(one.severity), one.file, one.line, one.element))
    return tuple(dict.fromkeys(ordered))
