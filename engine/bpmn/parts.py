"""Everything of a release that must fit together, as the rules of the gate look at it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.directory import Event, Jurisdiction, Role
from engine.bpmn.floors import Floor
from engine.bpmn.formfiles import FormFile, deciding
from engine.bpmn.model import ProcedureModel
from engine.bpmn.paperfiles import PaperFile

#: Facts of the case that no form decides: the engine knows them.
CASE_FACTS = frozenset({"number", "opened", "running", "child_age", "birth_date", "flags", "in_scope", "units"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """All parts by key.

    ``values`` are those of the parameters; ``tables`` are decisions with their file; ``bases`` the
    diagrams that the jurisdiction's own replace; ``elsewhere`` the messages that procedures which are
    not looked at send and take; ``unread`` the forms, decisions and procedures whose file is there and refused;
    ``papers`` the templates of documents, ``blocks`` the fields that forms share.
    """

    jurisdiction: Jurisdiction
    roles: Mapping[str, Role]
    events: Mapping[str, Event]
    clauses: Collection[str]
    forms: Mapping[str, FormFile]
    models: Mapping[str, ProcedureModel]
    decisions: Mapping[str, Collection[str]]
    parameters: Collection[str]
    file: str
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, tuple[str, DecisionFile]] = field(default_factory=dict)
    bases: Mapping[str, ProcedureModel] = field(default_factory=dict)
    floors: Sequence[Floor] = ()
    elsewhere: Collection[str] = ()
    unread: Collection[str] = ()
    papers: Mapping[str, PaperFile] = field(default_factory=dict)
    blocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def members(self, role: str) -> tuple[str, ...]:
        """Return the role, or the roles of a group as this jurisdiction has it."""
        known = self.roles.get(role)
        return self.jurisdiction.groups.get(role) or (known.members if known else ()) or (role,)

    def is_whole(self, model: ProcedureModel) -> bool:
        """Return whether the names of a procedure can be told: every form and decision of it could be read."""
        forms = {task.form for task in model.tasks.values()}
        decisions = {node.decision for node in model.nodes.values() if node.decision}
        return forms <= set(self.forms) and decisions <= set(self.decisions)

    def process_names(self, model: ProcedureModel) -> frozenset[str]:
        """Return the names of the process data of one procedure."""
        forms = [self.forms[task.form].schema for task in model.tasks.values() if task.form in self.forms]
        found = {key for form in forms for key in deciding(form)}
        found |= {one.name for task in model.tasks.values() for one in task.sets}
        found |= {name for node in model.nodes.values() for name in self.decisions.get(node.decision, ())}
        return frozenset(found)

    def facts(self) -> frozenset[str]:
        """Return what `case` may know: every field that decides, and what the engine itself knows."""
        fields = {key for form in self.forms.values() for key in deciding(form.schema)}
        sets = {one.name for m in self.models.values() for task in m.tasks.values() for one in task.sets}
        asked = {field.key for event in self.events.values() for field in event.fields}
        decided = {name for names in self.decisions.values() for name in names}
        return frozenset(fields | sets | asked | decided | CASE_FACTS)
