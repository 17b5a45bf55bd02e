"""Checks model files that belong to no release, against what this repository has in common. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.bpmn import decisionfiles, lint
from engine.bpmn.catalog import ProcedureModel, read_with_findings
from engine.bpmn.directory import Jurisdiction, Role
from engine.bpmn.directoryfiles import Reader, read_jurisdiction, read_roles
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.floors import FLOORS, read_floors
from engine.bpmn.formfiles import FormFile, check_form, merged
from engine.bpmn.lint.rules import file_kind, unknown_field
from engine.bpmn.paperfiles import read_paper
from engine.bpmn.parts import Parts
from engine.bpmn.release import BASE, CLAUSES, EVENTS, ROLES
from engine.bpmn.safetext import mappings, read_json, read_yaml, texts
from engine.bpmn.soundness import check_soundness
from engine.bpmn.xmltext import bpmn_children, read_xml
from engine.service.modelfiles import FOLDERS, SUFFIXES

#: What a file of elsewhere may lack: the place that it is meant for has it, perhaps.
ELSEWHERE = frozenset(
    {
        *("missing-form", "missing-decision", "unknown-role", "unknown-parameter", "unknown-clause", "unknown-name"),
        *("moves", "code"),
    }
)


class Elsewhere:
    """Checks such files one by one; what they are held against is read once for all of them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def findings(self, file: Path) -> list[Finding]:
        """Return what is wrong with a file; what it may lack is a warning."""
        if file.suffix not in SUFFIXES:
            known = "流程图请另存为 .bpmn，决策表 .dmn，表单 .json，文书模板 .docx，其他 .yaml"
            message = f"不认识“{file.name}”这种文件，没有检查：{known}"
            return [file_kind.RULE.at_file(str(file), message)]
        content, name = file.read_bytes(), str(file)
        try:
            return self._diagram(content, name) if file.suffix == ".bpmn" else _mild(self._other(file, content))
        except ModelError as error:
            return _mild(error.findings)

    def _diagram(self, content: bytes, name: str) -> list[Finding]:
        model, found = read_with_findings(content, file=name)
        findings = _mild(found)
        if any(one.severity == "error" for one in findings):
            return findings
        parts = replace(self._nothing, file=name, models={model.key: model})
        findings = list(dict.fromkeys([*findings, *_mild(lint.check(parts))]))
        if any(one.severity == "error" for one in findings):
            return findings
        return [*findings, *check_soundness(model, heard=_may_come(model, parts))]

    def _other(self, file: Path, content: bytes) -> list[Finding]:
        name = str(file)
        match file.suffix:
            case ".dmn":
                table = decisionfiles.read_any(content, file=name)
                known = {table.id: (name, table)} if table else {}
                return lint.check(replace(self._nothing, file=name, tables=known)) if table else []
            case ".docx":
                read_paper(content, file=name)
                return []
            case ".json":
                return self._form(content, name, file.stem)
            case _:
                data = read_yaml(content, name)
                is_place = isinstance(data, Mapping) and {"code", "parameters"} <= data.keys()
                return self._place(data, name) if is_place else []

    def _place(self, data: Any, name: str) -> list[Finding]:
        """Check the file of a jurisdiction: its own shape, its limits, and whether it keeps the law."""
        reader = Reader(name)
        place = read_jurisdiction(data, reader, self._roles)
        return [*reader.findings, *lint.check(replace(self._nothing, file=name, jurisdiction=place))]

    def _form(self, content: bytes, name: str, code: str) -> list[Finding]:
        text, schema = content.decode("utf-8", "replace"), read_json(content, name)
        problems = check_form(schema, file=name, text=text, roles=self._roles)
        if problems:
            return problems
        named = texts(schema.get("x-blocks"))
        blocks = self._blocks(named)
        form = FormFile(code=code, file=name, schema=merged(schema, blocks), text=text)
        findings = lint.check(replace(self._nothing, file=name, forms={code: form}))
        if len(blocks) < len(named):  # which fields the others have, nobody can say
            return [one for one in findings if one.rule != "unknown-field"]
        lacking = sorted(set(form.schema["required"]) - set(form.schema["properties"]))
        said = "必填项“{}”不是表单的字段，谁也填不了：请删去，或补上这个字段"
        ghosts = (unknown_field.RULE.at_file(name, said.format(one), element=one) for one in lacking)
        return [*findings, *ghosts]

    def _blocks(self, codes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Return the blocks of fields that all places share."""
        folder = self._root / FOLDERS[1] / BASE
        files = {code: folder / f"{code}.json" for code in codes if Path(code).name == code}
        return {code: read_json(file.read_bytes(), file.name) for code, file in files.items() if file.exists()}

    @cached_property
    def _nothing(self) -> Parts:
        """The roles, clauses, floors and messages of this repository, with nothing among them."""
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
            absent=dict.fromkeys(self._roles, ""),
        )
        return Parts(
            jurisdiction=nowhere,
            roles=self._roles,
            events={},
            clauses={str(one.get("id")) for one in mappings(self._yaml(CLAUSES))},
            forms={},
            models={},
            decisions={},
            parameters=(),
            file="",
            floors=read_floors(self._yaml(FLOORS), Reader(FLOORS)) if (self._root / FLOORS).exists() else (),
            elsewhere=self._messages(),
        )

    @cached_property
    def _roles(self) -> dict[str, Role]:
        return read_roles(self._yaml(ROLES), Reader(ROLES))

    def _messages(self) -> frozenset[str]:
        """Return the messages that the diagrams of this repository name, and the events that people can say."""
        diagrams = sorted((self._root / FOLDERS[0]).glob("*/*.bpmn"))
        trees = (read_xml(one.read_bytes(), file=str(one)) for one in diagrams)
        named = {one.get("name", "") for tree in trees for one in bpmn_children(tree, "message")}
        listed = mappings(self._yaml(EVENTS).get("events")) if (self._root / EVENTS).exists() else ()
        return frozenset(named | {str(one.get("name")) for one in listed})

    def _yaml(self, path: str) -> Any:
        return read_yaml((self._root / path).read_bytes(), path)


def _may_come(model: ProcedureModel, parts: Parts) -> frozenset[str]:
    """Return the messages that others may send to a procedure of elsewhere: all but those that it alone knows."""
    own = frozenset(model.throws) - frozenset(parts.elsewhere)
    waited = {*model.catches, *(door.message for door in model.doors if door.message)}
    return frozenset(waited) - own


def _mild(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with reminders for what the place that a file is meant for has, perhaps."""
    return [replace(one, severity="warning") if one.rule in ELSEWHERE else one for one in findings]
