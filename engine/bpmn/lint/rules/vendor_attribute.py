"""Attributes of other tools that would say who does a task, or what runs."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner
from engine.bpmn.xmltext import SPIFF, line_of, local

RULE = Rule(name="vendor-attribute", says="不用别的工具的属性：谁办、用哪张表、何时到期都写本系统的属性")

_ROLE = "谁来办请画进泳道或写属性 role"
_FORM = "用哪张表请写属性 form"
_DUE = "何时到期请写属性 limit"
_PROGRAM = "模型里的程序一律不执行，请删去"
_DECISION = "用哪张决策表请在本系统的编辑器里选"
_EACH = "几家单位各办一份请写属性 each"
#: What an attribute would do in the engine of its vendor → what to write here.
_INSTEAD = {
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups", "owner", "humanPerformer"), _ROLE),
    **dict.fromkeys(("candidateStarterGroups", "candidateStarterUsers", "initiator"), "谁能启动请写属性 starters"),
    **dict.fromkeys(("formKey", "formRef", "formHandlerClass"), _FORM),
    **dict.fromkeys(("dueDate", "followUpDate", "duedate"), _DUE),
    **dict.fromkeys(("class", "expression", "delegateExpression", "script", "resource", "type", "topic"), _PROGRAM),
    **dict.fromkeys(("taskListener", "executionListener", "skipExpression", "resultVariable", "service"), _PROGRAM),
    **dict.fromkeys(("decisionRef", "decisionRefBinding", "ruleVariablesInput", "ruleFlowGroup"), _DECISION),
    **dict.fromkeys(("collection", "elementVariable", "loopCounter"), _EACH),
}
#: What steers another engine and changes nothing in what is done.
_MILD = frozenset(
    {
        *("asyncBefore", "asyncAfter", "async", "exclusive", "priority", "jobPriority", "taskPriority"),
        *("failedJobRetryTimeCycle", "historyTimeToLive", "isStartableInTasklist", "mapDecisionResult"),
    }
)
#: Notes of editors for themselves: colours, and which program the file was made for.
_IDLE = ("/color/", "bpmn-io/bpmn/biocolor", "biocolor", "camunda.org/schema/modeler", "XMLSchema-instance", "XML/1998")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the attributes that nobody here reads; those that change nothing in their own tool are let be."""
    for one in elements(root, "*"):
        if one.getparent() is root and local(one)[1] != "process":
            continue  # messages, resources and the like, which nobody does
        for name in one.attrib:
            namespace, key = _parted(str(name))
            if not namespace or any(idle in namespace for idle in _IDLE):
                continue
            shown = one if one.get("id") else owner(one)
            message = f"{called(shown)}的属性“{_written(one, namespace, key)}”本系统不读"
            if key in _INSTEAD:
                yield RULE.at(shown, f"{message}：{_INSTEAD[key]}", file=file)
            elif key in _MILD or namespace == SPIFF:
                element, line = shown.get("id") or "", line_of(shown)
                yield RULE.at_file(file, f"{message}，可以删去", element=element, line=line, severity="warning")


def _parted(name: str) -> tuple[str, str]:
    namespace, _, key = name.rpartition("}")
    return namespace.removeprefix("{"), key


def _written(one: etree._Element, namespace: str, key: str) -> str:
    prefix = next((prefix for prefix, uri in one.nsmap.items() if uri == namespace and prefix), "")
    return f"{prefix}:{key}" if prefix else key
