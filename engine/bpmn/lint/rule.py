"""What every rule of the gate has, and the findings that rules make."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.model import Flow, Node, ProcedureModel
from engine.bpmn.xmltext import line_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule: ``name`` as findings carry it, ``says`` what it asks for, in one sentence for officers.

    ``deep``: asks only of a diagram in which no other rule found an error, so that it does not
    speak of what follows from one. ``whole``: asks only where all procedures can be read.
    ``local``: a file that jurisdictions share may break it for one of them without being wrong.
    """

    name: str
    says: str
    severity: str = "error"
    deep: bool = False
    whole: bool = False
    local: bool = False

    def at(self, element: etree._Element, message: str, *, file: str) -> Finding:
        """Return a finding at an element of the XML."""
        key = element.get("id") or ""
        return self.at_file(file, message, element=key, line=line_of(element))

    def at_node(self, model: ProcedureModel, node: Node, message: str, *, severity: str = "") -> Finding:
        """Return a finding at a node of a diagram; ``severity`` where it is not the rule's."""
        return self.at_file(model.file, message, element=node.element, line=node.line, severity=severity)

    def at_flow(self, model: ProcedureModel, flow: Flow, message: str) -> Finding:
        """Return a finding at a sequence flow of a diagram."""
        return self.at_file(model.file, message, element=flow.element, line=flow.line)

    def at_file(self, file: str, message: str, *, element: str = "", line: int = 0, severity: str = "") -> Finding:
        """Return a finding of a whole file, or of a place that is no element of a diagram."""
        grave = severity or self.severity
        return Finding(rule=self.name, message=message, file=file, element=element, line=line, severity=grave)
