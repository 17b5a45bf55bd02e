"""Says from the XML of a diagram what of it is outside the model language; knows nothing of the engine's rules' code.

Each answer is the rule's name and the id of the element that people see in the diagram.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
#: What the engine reads, and the colours of Signavio.
HARMLESS = (SPIFF, "{http://www.signavio.com}")

TAGS = {
    "task": "plain-task",
    "scriptTask": "script-task",
    "serviceTask": "service-task",
    "manualTask": "manual-task",
    "callActivity": "call-activity",
    "complexGateway": "complex-gateway",
    "transaction": "transaction",
    "adHocSubProcess": "ad-hoc",
    "import": "imports",
    "globalTask": "beside-process",
    "globalUserTask": "beside-process",
}
DEFINITIONS = {
    **dict.fromkeys(("signal", "error", "escalation", "conditional", "cancel"), "event-kind"),
    "link": "link-event",
    "compensate": "compensation",
}
MARKERS = {
    "multiInstanceLoopCharacteristics": "multi-instance",
    "standardLoopCharacteristics": "loop-marker",
    **dict.fromkeys(("potentialOwner", "performer", "humanPerformer", "resourceRole"), "resource-role"),
}
EVENTS = {"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
Named = tuple[str, str]


def outside(path: Path) -> set[Named]:
    """Return the rule and the id of everything in a file that cannot run."""
    return set(_Walk(ET.parse(path).getroot()).found())  # noqa: S314 - reference models, kept with the tests


class _Walk:
    def __init__(self, root: ET.Element) -> None:
        self.root = root
        self.above = {child: parent for parent in root.iter() for child in parent}
        self.messages = {one.get("id"): one.get("name") for one in root.iter(f"{BPMN}message")}

    def found(self) -> Iterator[Named]:
        for one in self.root.iter():
            tag = one.tag.removeprefix(BPMN)
            if tag in TAGS:
                yield TAGS[tag], one.get("id", "")
            if tag in MARKERS:
                yield MARKERS[tag], self.shown(self.above[one])
            if tag in EVENTS and not self.in_event_subprocess(one):
                yield from self.event(one)
            yield from self.of_attributes(one, tag)
            if tag == "extensionElements" and any(not child.tag.startswith(HARMLESS) for child in one):
                yield "unknown-extension", self.shown(one)
        yield from self.others()

    def event(self, event: ET.Element) -> Iterator[Named]:
        held = [child for child in event if child.tag.endswith("EventDefinition")]
        kinds = [child.tag.removeprefix(BPMN).removesuffix("EventDefinition") for child in held]
        shown = event.get("id", "")
        if len(kinds) > 1:
            yield "multiple-event", shown
        elif kinds and kinds[0] in DEFINITIONS:
            yield DEFINITIONS[kinds[0]], shown
        elif kinds == ["message"] and not self.message(held[0]):
            yield "message", shown
        elif kinds == ["timer"] and event.tag == f"{BPMN}startEvent":
            yield "event-place", shown
        elif kinds == ["timer"] and not "".join(held[0].itertext()).strip():
            yield "timer", shown

    def of_attributes(self, one: ET.Element, tag: str) -> Iterator[Named]:
        shown = one.get("id", "")
        if tag == "subProcess" and one.get("triggeredByEvent") == "true":
            yield "event-subprocess", shown
        if one.get("isForCompensation") == "true":
            yield "compensation", shown
        if tag in {"sendTask", "receiveTask"} and not self.in_event_subprocess(one) and not self.message(one):
            yield "message", shown
        if tag == "businessRuleTask" and one.find(f"{BPMN}extensionElements/{SPIFF}calledDecisionId") is None:
            yield "decision", shown

    def others(self) -> Iterator[Named]:
        """The processes beside the fullest one that is in a pool, or says that it runs."""
        every = self.root.findall(f"{BPMN}process")
        pools = {one.get("processRef", "").split(":")[-1] for one in self.root.iter(f"{BPMN}participant")}
        order = sorted(every, key=lambda one: (one.get("isExecutable") == "true", one.get("id") in pools, len(one)))
        yield from (("process", one.get("id", "")) for one in order[:-1])

    def message(self, holder: ET.Element) -> str | None:
        return self.messages.get(holder.get("messageRef", "").split(":")[-1])

    def shown(self, part: ET.Element) -> str:
        while part in self.above and not (part.get("id") and part.tag.startswith(BPMN)):
            part = self.above[part]
        return part.get("id", "")

    def in_event_subprocess(self, part: ET.Element) -> bool:
        while part in self.above:
            part = self.above[part]
            if part.get("triggeredByEvent") == "true":
                return True
        return False
