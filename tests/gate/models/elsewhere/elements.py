"""Elements whose texts another engine would run."""

from __future__ import annotations

from html import escape

from tests.gate.case import alone
from tests.gate.draw import LINE, WAIT, catch, diagram, el, extend, props, task, through
from tests.gate.models.elsewhere import OPEN, PYTHON

FORMAL = 'xsi:type="bpmn:tFormalExpression"'
CODE = escape(PYTHON)
EACH = through(task("visit", each='["fh.police"]'))
TOLD = '<bpmn:message id="m_told" name="told"/>'
RIGHT = diagram(*LINE, outside=TOLD)


def formal(tag: str, text: str) -> str:
    return f"<bpmn:{tag} {FORMAL}>{escape(text)}</bpmn:{tag}>"


def many(inside: str) -> tuple[str, ...]:
    """A task for each of several."""
    return through(task("visit", el("multiInstanceLoopCharacteristics", "each", inside)))


OPERATOR = extend(
    '<spiffworkflow:serviceTaskOperator id="http/GetRequest" resultVariable="r"><spiffworkflow:parameters>'
    f'<spiffworkflow:parameter id="url" type="str" value="{CODE}"/>'
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
)
PAYLOAD = extend(f"<spiffworkflow:messagePayload>{CODE}</spiffworkflow:messagePayload>")
CORRELATION = (
    '<bpmn:correlationProperty id="child" name="child">'
    '<bpmn:correlationPropertyRetrievalExpression messageRef="m_told">'
    f"<bpmn:messagePath>{CODE}</bpmn:messagePath>"
    "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)
SPECIFICATION = (
    '<bpmn:ioSpecification id="io"><bpmn:dataInput id="in1"/>'
    '<bpmn:inputSet id="set1"><bpmn:dataInputRefs>in1</bpmn:dataInputRefs></bpmn:inputSet>'
    '<bpmn:outputSet id="set2"/></bpmn:ioSpecification>'
    '<bpmn:dataInputAssociation id="into"><bpmn:targetRef>in1</bpmn:targetRef>'
    f"<bpmn:assignment>{formal('from', PYTHON)}{formal('to', 'in1')}</bpmn:assignment></bpmn:dataInputAssociation>"
)
CATEGORY = extend(f"<spiffworkflow:category>{CODE}</spiffworkflow:category>")
OWNER = (
    '<bpmn:potentialOwner id="po"><bpmn:resourceAssignmentExpression>'
    f"{formal('formalExpression', PYTHON)}</bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
)
ADDRESS = "http://127.0.0.1:@PORT@/x"

CASES = (
    alone(
        "multi-instance-cardinality",
        "多实例的次数是程序",
        at="visit",
        rule="multi-instance",
        wrong=many(formal("loopCardinality", PYTHON)),
        right=EACH,
    ),
    alone(
        "multi-instance-collection",
        "多实例的集合名是程序",
        at="visit",
        rule="multi-instance",
        wrong=many("<bpmn:loopDataInputRef>x.__class__</bpmn:loopDataInputRef>"),
        right=EACH,
    ),
    alone(
        "multi-instance-completion",
        "多实例的完成条件是程序",
        at="visit",
        rule="multi-instance",
        wrong=many(formal("completionCondition", OPEN)),
        right=EACH,
    ),
    alone(
        "conditional-event",
        "条件事件里有程序",
        at="wait",
        rule="event-kind",
        wrong=through(catch("wait", el("conditionalEventDefinition", "asks", formal("condition", PYTHON)))),
        right=WAIT,
    ),
    alone(
        "call-activity",
        "调用活动的名字是程序",
        at="visit",
        rule="call-activity",
        wrong=through(el("callActivity", "visit", calledElement="../../${x}")),
        right=LINE,
    ),
    alone(
        "service-operator",
        "服务任务的参数是程序",
        at="visit",
        rule="service-task",
        wrong=through(el("serviceTask", "visit", OPERATOR)),
        right=LINE,
    ),
    alone(
        "message-payload",
        "消息的内容是程序",
        at="m_told",
        rule="unknown-extension",
        wrong=diagram(*LINE, outside=f'<bpmn:message id="m_told" name="told">{PAYLOAD}</bpmn:message>'),
        right=RIGHT,
    ),
    alone(
        "correlation-key",
        "消息关联的表达式是程序",
        at="child",
        rule="correlation",
        wrong=diagram(*LINE, outside=f"{TOLD}\n{CORRELATION}"),
        right=RIGHT,
    ),
    alone(
        "data-object-default",
        "数据对象带着程序",
        at="record",
        rule="unknown-extension",
        wrong=(*LINE, el("dataObject", "record", CATEGORY)),
        right=(*LINE, el("dataObject", "record")),
    ),
    alone(
        "data-assignment",
        "任务的数据赋值是程序",
        at="visit",
        rule="io-specification",
        wrong=through(task("visit", SPECIFICATION)),
        right=LINE,
    ),
    alone(
        "owner-expression",
        "办理人由表达式算出",
        at="visit",
        rule="resource-role",
        wrong=through(task("visit", OWNER)),
        right=LINE,
    ),
    alone(
        "implementation-address",
        "任务由一个网址实现",
        at="visit",
        rule=("vendor-attribute", "not-read", "user-task", "implementation"),
        wrong=through(el("userTask", "visit", props(code="P90-visit", role="police"), implementation=ADDRESS)),
        right=LINE,
    ),
)
