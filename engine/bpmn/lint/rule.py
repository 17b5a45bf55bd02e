"""What every rule of the gate has, and the findings that rules make."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.model import Flow, Node, ProcedureModel
from engine.bpmn.xmltext import line_of

#: Where the files are that jurisdictions share.
SHARED_FILES = ("processes/base/", "forms/base/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something that is said of a place, before a rule makes it its finding; ``kind`` tells the rules apart."""

    kind: str
    message: str
    file: str
    element: str = ""
    line: int = 0
    severity: str = ""


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

    def at_element(self, model: ProcedureModel, element: str, message: str, *, severity: str = "") -> Finding:
        """Return a finding at what a diagram has by this id: a node, or a lane."""
        node = model.nodes.get(element)
        line = node.line if node else model.lane_lines.get(element, 0)
        return self.at_file(model.file, message, element=element, line=line, severity=severity)

    def at_flow(self, model: ProcedureModel, flow: Flow, message: str) -> Finding:
        """Return a finding at a sequence flow of a diagram."""
        return self.at_file(model.file, message, element=flow.element, line=flow.line)

    def of(self, remark: Remark) -> Finding:
        """Return the finding that a remark becomes; a local rule is mild with files that jurisdictions share."""
        mild = "warning" if self.local and remark.file.startswith(SHARED_FILES) else ""
        return self.at_file(
            remark.file,
            remark.message,
            element=remark.element,
            line=remark.line,
            severity=remark.severity or mild,
        )

    def at_file(self, file: str, message: str, *, element: str = "", line: int = 0, severity: str = "") -> Finding:
        """Return a finding of a whole file, or of a place that is no element of a diagram."""
        grave = severity or self.severity
        return Finding(rule=self.name, message=message, file=file, element=element, line=line, severity=grave)
