"""What every rule of the gate has, and the findings that rules make."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.model import Flow, Node, ProcedureModel
from engine.bpmn.xmltext import line_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule: ``name`` as findings carry it, ``says`` what it asks for, in one sentence for officers."""

    name: str
    says: str
    severity: str = "error"

    def at(self, element: etree._Element, message: str, *, file: str) -> Finding:
        """Return a finding at an element of the XML."""
        key = element.get("id") or ""
        return self._finding(message, file=file, element=key, line=line_of(element))

    def at_node(self, model: ProcedureModel, node: Node, message: str) -> Finding:
        """Return a finding at a node of a diagram."""
        return self._finding(message, file=model.file, element=node.element, line=node.line)

    def at_flow(self, model: ProcedureModel, flow: Flow, message: str) -> Finding:
        """Return a finding at a sequence flow of a diagram."""
        return self._finding(message, file=model.file, element=flow.element, line=flow.line)

    def at_file(self, file: str, message: str, *, element: str = "", line: int = 0) -> Finding:
        """Return a finding of a whole file, or of a place that is no element of a diagram."""
        return self._finding(message, file=file, element=element, line=line)

    def _finding(self, message: str, *, file: str, element: str, line: int) -> Finding:
        return Finding(rule=self.name, message=message, file=file, element=element, line=line, severity=self.severity)
