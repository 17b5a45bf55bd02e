"""Code where no code belongs: conditions, timers, properties, names, tables, forms, parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    boundary,
    catch,
    diagram,
    el,
    end,
    extend,
    flow,
    gate,
    props,
    start,
    task,
    timer,
)

PYTHON = "__import__('os').system('touch @CANARY@')"
OPEN = "open('@CANARY@', 'w')"


def asks(condition: str, language: str = "") -> tuple[str, ...]:
    """A gateway with one condition, and a default."""
    taken = flow("split", "write", if_=condition, key="hard")
    if language:
        taken = taken.replace("<bpmn:conditionExpression", f'<bpmn:conditionExpression language="{language}"')
    return (
        *(start(), task("visit"), gate("exclusive", "split", default="easy"), task("write"), end()),
        *(flow("start", "visit", "split"), taken, flow("split", "end", key="easy"), flow("write", "end")),
    )


RIGHT_CONDITION = asks("now > started")


def condition(name: str, fault: str, text: str) -> Case:
    rule = ("expression", "feel", "code-like-text", "text-code")
    return alone(f"condition-{name}", fault, at="hard", rule=rule, wrong=asks(text), right=RIGHT_CONDITION)


CONDITIONS = (
    condition("python", "条件是Python", f"{PYTHON} == 0"),
    condition("attributes", "条件走进Python的内部", "().__class__.__mro__[1].__subclasses__()"),
    condition("juel", "条件是JUEL", "${execution.setVariable('x', 1)}"),
    condition("walrus", "条件里赋值", "(x := 1) = 1"),
    condition("lambda", "条件里定义函数", "(lambda: 1)() = 1"),
    condition("feel-function", "条件里定义FEEL外部函数", 'function(x) external {java: {class: "java.lang.Runtime"}}'),
    condition("shell", "条件里是命令", "`touch @CANARY@`"),
    condition("broken", "条件写坏了", "now =="),
    condition("two", "条件是两句话", "now > started; started > now"),
    condition("deep", "条件的括号太深", "(" * 3000 + "true" + ")" * 3000),
    condition("huge-power", "条件算不完", "9 ** 9 ** 9 ** 9 > 1"),
    condition("long-text", "条件里的文字无限长", '"a" * 10000000000 = "b"'),
    alone(
        "condition-language",
        "条件用别的语言",
        at="hard",
        rule=("expression-language", "language"),
        wrong=asks("now > started", language="https://www.python.org/"),
        right=asks("now > started", language="https://www.omg.org/spec/DMN/20191111/FEEL/"),
    ),
)


def waits(text: str, tag: str = "timeDuration") -> tuple[str, ...]:
    """A timer at a task."""
    return (*LINE, boundary("late", "visit", timer(text, tag)), end("expired"), flow("late", "expired"))


def in_timer(name: str, text: str, tag: str, right: str) -> Case:
    rule = ("expression", "timer", "feel", "timer-text")
    return alone(f"timer-{name}", "定时里有程序", at="late", rule=rule, wrong=waits(text, tag), right=waits(right, tag))


TIMERS = (
    in_timer("duration", f"P1D {PYTHON}", "timeDuration", "P1D"),
    in_timer("duration-call", f"timedelta({OPEN})", "timeDuration", "PT24H"),
    in_timer("date", f'date("2026-12-01") + {OPEN}', "timeDate", "2026-12-01T09:00:00+08:00"),
    in_timer("juel", "${dateTime().plusDays(1)}", "timeDate", '"2026-12-01"'),
    alone(
        "timer-cycle",
        "定时周期里有程序",
        at="late",
        rule=("expression", "timer", "feel", "timer-text"),
        wrong=(
            *LINE,
            boundary("late", "visit", timer(f"R3/{OPEN}", "timeCycle"), interrupting=False),
            end("e2"),
            flow("late", "e2"),
        ),
        right=(
            *LINE,
            boundary("late", "visit", timer("R3/P1M", "timeCycle"), interrupting=False),
            end("e2"),
            flow("late", "e2"),
        ),
    ),
)


def given(**values: str) -> tuple[str, ...]:
    """A task with properties."""
    return (start(), task("visit", **values), end(), flow("start", "visit", "end"))


def in_property(name: str, right: str, wrong: str, key: str = "") -> Case:
    rule = ("expression", "feel", "property", "code-like-text", "text-code", "document-name", "unknown-role", "code")
    return alone(
        f"property-{key or name.rstrip('_')}",
        "属性里有程序",
        at="visit",
        rule=rule,
        wrong=given(**{name: wrong}),
        right=given(**{name: right}),
    )


PROPERTIES = (
    in_property("sets", "done_at: now", f"done_at: {PYTHON}"),
    in_property("from_", "started", OPEN),
    in_property("each", '["fh.police"]', f"[{PYTHON}]"),
    in_property("limit", "t_visit: started", f"t_visit: {OPEN}"),
    in_property("watch", "t_visit: started", f"t_visit: {PYTHON}"),
    in_property("notify", "police: now > started", f"police: {PYTHON} = 0"),
    in_property("documents", "走访记录: now > started", f"走访记录: {OPEN}"),
    in_property("documents", "走访记录", "../../../etc/passwd", key="document-path"),
    in_property("merges", 'open_case: started_by = "police"', f"open_case: {PYTHON} = 0"),
    in_property("role", "police", "police; DROP TABLE item"),
    in_property("form", "P90-visit", "../../secret"),
    in_property("code", "P90-visit", "{{ config.items() }}"),
)


def named(text: str) -> tuple[str, ...]:
    return (
        start(),
        task("visit").replace("上门走访", escape(text, {'"': "&quot;"})),
        end(),
        flow("start", "visit", "end"),
    )


def in_text(
    name: str, fault: str, wrong: bytes | tuple[str, ...], at: str, right: bytes | tuple[str, ...] = LINE
) -> Case:
    return alone(name, fault, at=at, rule=("code-like-text", "text-code", "code-in-text"), wrong=wrong, right=right)


TEXTS = (
    in_text(
        "process-name",
        "过程名称里有表达式",
        diagram(*LINE, name="${''.getClass().forName('java.lang.Runtime')}"),
        "P90",
    ),
    in_text("task-name-juel", "任务名称里有表达式", named("#{execution.id}"), "visit"),
    in_text("task-name-jinja", "任务名称里有模板", named("{{ ''.__class__.__mro__ }}"), "visit"),
    in_text(
        "task-name-html", "任务名称里有网页脚本", named("<script>fetch('http://127.0.0.1:@PORT@')</script>"), "visit"
    ),
    in_text("task-name-image", "任务名称里有网页元素", named('<img src=x onerror="alert(1)">'), "visit"),
    in_text("task-name-formula", "任务名称是表格公式", named("=cmd|' /C calc'!A0"), "visit"),
    in_text(
        "documentation-jinja",
        "说明文字里有模板",
        (
            start(),
            el(
                "userTask",
                "visit",
                "<bpmn:documentation>{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}</bpmn:documentation>",
                props(code="P90-visit", role="police"),
            ),
            end(),
            flow("start", "visit", "end"),
        ),
        "visit",
        (
            start(),
            el(
                "userTask",
                "visit",
                "<bpmn:documentation>两人一组上门。</bpmn:documentation>",
                props(code="P90-visit", role="police"),
            ),
            end(),
            flow("start", "visit", "end"),
        ),
    ),
    alone(
        "instructions-jinja",
        "给办理人的说明里有模板",
        at="visit",
        rule=("extension", "code-like-text", "text-code"),
        wrong=(
            start(),
            el(
                "userTask",
                "visit",
                extend("<spiffworkflow:instructionsForEndUser>{{ config }}</spiffworkflow:instructionsForEndUser>"),
            ),
            end(),
            flow("start", "visit", "end"),
        ),
        right=LINE,
    ),
)


def many(inside: str) -> tuple[str, ...]:
    held = f'<bpmn:multiInstanceLoopCharacteristics id="each">{inside}</bpmn:multiInstanceLoopCharacteristics>'
    return (start(), task("visit", held), end(), flow("start", "visit", "end"))


FORMAL = 'xsi:type="bpmn:tFormalExpression"'
ELEMENTS = (
    alone(
        "multi-instance-cardinality",
        "多实例的次数是程序",
        at=("visit", "each"),
        rule="loop",
        wrong=many(f"<bpmn:loopCardinality {FORMAL}>{escape(PYTHON)}</bpmn:loopCardinality>"),
        right=given(each='["fh.police"]'),
    ),
    alone(
        "multi-instance-collection",
        "多实例的集合名是程序",
        at=("visit", "each"),
        rule="loop",
        wrong=many("<bpmn:loopDataInputRef>x.__class__</bpmn:loopDataInputRef>"),
        right=given(each='["fh.police"]'),
    ),
    alone(
        "multi-instance-completion",
        "多实例的完成条件是程序",
        at=("visit", "each"),
        rule="loop",
        wrong=many(f"<bpmn:completionCondition {FORMAL}>{escape(OPEN)}</bpmn:completionCondition>"),
        right=given(each='["fh.police"]'),
    ),
    alone(
        "conditional-event",
        "条件事件里有程序",
        at="wait",
        rule="event",
        wrong=(
            start(),
            catch(
                "wait",
                f"<bpmn:conditionalEventDefinition><bpmn:condition {FORMAL}>{escape(PYTHON)}</bpmn:condition></bpmn:conditionalEventDefinition>",
            ),
            end(),
            flow("start", "wait", "end"),
        ),
        right=(start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end")),
    ),
    alone(
        "call-activity",
        "调用活动的名字是程序",
        at="visit",
        rule="unsupported",
        wrong=(start(), el("callActivity", "visit", calledElement="../../${x}"), end(), flow("start", "visit", "end")),
        right=LINE,
    ),
    alone(
        "service-operator",
        "服务任务的参数是程序",
        at="visit",
        rule=("unsupported", "extension"),
        wrong=(
            start(),
            el(
                "serviceTask",
                "visit",
                extend(
                    f'<spiffworkflow:serviceTaskOperator id="http/GetRequest" resultVariable="r"><spiffworkflow:parameters><spiffworkflow:parameter id="url" type="str" value="{escape(PYTHON)}"/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>'
                ),
            ),
            end(),
            flow("start", "visit", "end"),
        ),
        right=LINE,
    ),
    alone(
        "message-payload",
        "消息的内容是程序",
        at=("m_told", "visit"),
        rule=("extension",),
        wrong=diagram(
            *LINE,
            outside=f'<bpmn:message id="m_told" name="told">{extend(f"<spiffworkflow:messagePayload>{escape(PYTHON)}</spiffworkflow:messagePayload>")}</bpmn:message>',
        ),
        right=diagram(*LINE, outside='<bpmn:message id="m_told" name="told"/>'),
    ),
    alone(
        "correlation-key",
        "消息关联的表达式是程序",
        at=("child", "", "talk", "key"),
        rule=("unsupported", "correlation", "collaboration", "xsd"),
        wrong=diagram(
            *LINE,
            outside='<bpmn:message id="m_told" name="told"/>\n<bpmn:correlationProperty id="child" name="child"><bpmn:correlationPropertyRetrievalExpression messageRef="m_told"><bpmn:messagePath>'
            + escape(PYTHON)
            + "</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>",
        ),
        right=diagram(*LINE, outside='<bpmn:message id="m_told" name="told"/>'),
    ),
    alone(
        "data-object-default",
        "数据对象带着程序",
        at=("record", "visit"),
        rule=("extension",),
        wrong=(
            *LINE,
            el("dataObject", "record", extend(f"<spiffworkflow:category>{escape(PYTHON)}</spiffworkflow:category>")),
        ),
        right=(*LINE, el("dataObject", "record")),
    ),
    alone(
        "data-assignment",
        "任务的数据赋值是程序",
        at=("visit",),
        rule=("unsupported", "data", "io", "xsd", "input-output"),
        wrong=(
            start(),
            task(
                "visit",
                '<bpmn:ioSpecification id="io"><bpmn:dataInput id="in1"/><bpmn:inputSet id="set1"><bpmn:dataInputRefs>in1</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet id="set2"/></bpmn:ioSpecification>',
                f'<bpmn:dataInputAssociation id="into"><bpmn:targetRef>in1</bpmn:targetRef><bpmn:assignment><bpmn:from {FORMAL}>{escape(PYTHON)}</bpmn:from><bpmn:to {FORMAL}>in1</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>',
            ),
            end(),
            flow("start", "visit", "end"),
        ),
        right=LINE,
    ),
)

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    cell: str = '"困难"', outcome: str = "true", asked: str = "grade", extra: str = "", policy: str = "FIRST"
) -> bytes:
    """A decision table of one rule and the rest."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{DMN}" id="d" name="分级" namespace="http://shouhu.example/gate">
{extra}
<decision id="needs_help" name="needs_help">
<variable id="v" name="needs_help"/>
<decisionTable id="t" hitPolicy="{policy}">
<input id="i"><inputExpression id="ie" typeRef="string"><text>{escape(asked)}</text></inputExpression></input>
<output id="o" name="help" typeRef="boolean"/>
<rule id="r1"><inputEntry id="r1i"><text>{escape(cell)}</text></inputEntry><outputEntry id="r1o"><text>{escape(outcome)}</text></outputEntry></rule>
<rule id="r2"><inputEntry id="r2i"><text>-</text></inputEntry><outputEntry id="r2o"><text>false</text></outputEntry></rule>
</decisionTable>
</decision>
</definitions>
""".encode()


def in_table(name: str, fault: str, at: str | tuple[str, ...], wrong: bytes, near: str | None = None) -> Case:
    rule = ("decision", "table", "doctype", "feel", "code-like-text")
    return alone(f"table-{name}", fault, at=at, rule=rule, wrong=wrong, right=table(), near=near, suffix=".dmn")


FUNCTION = (
    '<businessKnowledgeModel id="run" name="run"><variable id="rv" name="run"/><encapsulatedLogic id="rl" kind="Java">'
    '<formalParameter id="rp" name="x"/><literalExpression id="re"><text>java.lang.Runtime</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>"
)
TABLES = (
    in_table("input-cell", "决策表的条件格里有程序", ("r1i", "r1", "needs_help", "t"), table(cell=PYTHON), near="r1i"),
    in_table(
        "output-cell", "决策表的结果格里有程序", ("r1o", "r1", "needs_help", "t"), table(outcome=OPEN), near="r1o"
    ),
    in_table(
        "input-expression", "决策表的输入里有程序", ("ie", "i", "needs_help", "t"), table(asked=PYTHON), near="ie"
    ),
    in_table("juel-cell", "决策表里是JUEL", ("r1o", "r1", "needs_help", "t"), table(outcome="${x}"), near="r1o"),
    in_table(
        "java-function", "决策文件里有Java函数", ("rl", "run", "needs_help", "re"), table(extra=FUNCTION), near="Java"
    ),
    in_table("bogus-policy", "决策表的命中方式不存在", ("t", "needs_help"), table(policy="BOGUS"), near="BOGUS"),
    alone(
        "table-external-entity",
        "决策文件用外部实体读文件",
        at=("", "d"),
        rule=("doctype", "decision"),
        wrong=table()
        .replace(b"<definitions", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file://@SECRET@">]>\n<definitions', 1)
        .replace("分级".encode(), b"&x;"),
        right=table(),
        suffix=".dmn",
    ),
)

FIELD = {"title": "情况", "type": "string", "x-ui": {"kind": "text"}}


def form(extra: Mapping[str, Any] = MappingProxyType({}), /, **field: Any) -> bytes:
    schema = {
        "title": "走访记录",
        "type": "object",
        "additionalProperties": False,
        "properties": {"note": FIELD | field},
    }
    return json.dumps(schema | dict(extra), ensure_ascii=False, indent=1).encode()


def in_form(
    name: str, fault: str, wrong: bytes, at: str = "note", right: bytes | None = None, near: str | None = None
) -> Case:
    rule = (
        *(
            "code-like-text",
            "text-code",
            "field-key",
            "form-key",
            "form",
            "field-default",
            "field-pattern",
            "json",
            "depth",
        ),
        *("expression", "feel", "form-default", "pattern", "duplicate-key", "code-in-text"),
    )
    return alone(
        f"form-{name}", fault, at=(at, ""), rule=rule, wrong=wrong, right=right or form(), near=near, suffix=".json"
    )


FORMS = (
    in_form("default-python", "表单的默认值是程序", form(default=PYTHON), right=form(default="正常")),
    in_form("default-jinja", "表单的默认值是模板", form(default="{{ config.items() }}"), right=form(default="正常")),
    in_form("title-jinja", "字段的标题是模板", form(title="{{ ''.__class__ }}")),
    in_form("title-html", "字段的标题是网页", form(title="<img src=x onerror=alert(1)>")),
    in_form("hint-juel", "字段的提示是表达式", form(**{"x-ui": {"kind": "text", "hint": "${7*7}"}})),
    in_form("reference", "表单引用别处的定义", form(**{"$ref": "http://127.0.0.1:@PORT@/x.json"})),
    in_form("prefill", "预填值是程序", form(**{"x-prefill": PYTHON}), right=form(**{"x-prefill": "now"})),
    in_form(
        "visible-when",
        "显示条件是程序",
        form(**{"x-visible-when": OPEN}),
        right=form(**{"x-visible-when": "now != null"}),
    ),
    in_form(
        "must",
        "表单规则是程序",
        form({"x-must": [{"when": OPEN, "field": "note", "message": "请填写"}]}),
        right=form({"x-must": [{"when": "note != null", "field": "note", "message": "请填写"}]}),
        near="",
    ),
    in_form("pattern", "格式要求会算不完", form(pattern="^(a+)+$"), right=form(pattern="^[0-9]{6}$")),
    in_form("nested", "JSON嵌套过深", b'{"properties": ' + b"[" * 5000 + b"]" * 5000 + b"}", at="", near=""),
    in_form("no-number", "JSON里有NaN", form(default=1).replace(b'"default": 1', b'"default": NaN'), at="", near=""),
    in_form("twice", "JSON的键写了两次", form().replace(b'"title"', b'"title": "x", "title"', 1), at="", near=""),
    in_form("prototype", "字段名是原型属性", form().replace(b'"note"', b'"__proto__"'), at="__proto__"),
)

CASES = (*CONDITIONS, *TIMERS, *PROPERTIES, *TEXTS, *ELEMENTS, *TABLES, *FORMS)
