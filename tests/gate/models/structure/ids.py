"""Ids, and how many processes there are."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, chain, diagram, el, end, flow, start, task

OTHER = (
    b'<bpmn:process id="P91" isExecutable="true"><bpmn:startEvent id="s9"/><bpmn:endEvent id="e9"/>'
    b'<bpmn:sequenceFlow id="f9" sourceRef="s9" targetRef="e9"/></bpmn:process>\n</bpmn:definitions>'
)


def two_flows(first: str, second: str) -> tuple[str, ...]:
    """A line whose flows have these ids."""
    return (start(), task("visit"), end(), flow("start", "visit", key=first), flow("visit", "end", key=second))


def process(name: str, fault: str, key: str, rule: str = "odd-id") -> Case:
    """A process with another id."""
    wrong = diagram(*LINE, key=key)
    return alone(name, fault, at=key, rule=rule, wrong=wrong, right=diagram(*LINE), near="<bpmn:process")


CASES = (
    alone(
        "same-id-twice",
        "编号重复",
        at="visit",
        rule="duplicate-id",
        wrong=(*LINE, task("visit")),
        right=chain("visit", "write"),
    ),
    alone(
        "same-id-flow",
        "顺序流的编号重复",
        at="f1",
        rule="duplicate-id",
        wrong=two_flows("f1", "f1"),
        right=two_flows("f1", "f2"),
    ),
    alone(
        "id-of-flow-and-task",
        "任务和顺序流同一个编号",
        at="visit",
        rule="duplicate-id",
        wrong=two_flows("visit", "f2"),
        right=two_flows("f1", "f2"),
    ),
    process("no-process-id", "过程没有编号", ""),
    process("path-as-id", "过程的编号是路径", "../../etc/P90"),
    process("code-as-id", "过程的编号是表达式", "${P90}"),
    alone(
        "blank-in-id",
        "编号里有空格",
        at="the visit",
        rule="odd-id",
        wrong=(
            *(start(), el("userTask", "the visit"), end()),
            *(flow("start", "the visit", key="f1"), flow("the visit", "end", key="f2")),
        ),
        right=LINE,
    ),
    alone(
        "no-id",
        "任务没有编号",
        at="",
        rule="odd-id",
        wrong=(*LINE, '<bpmn:userTask name="无编号"/>'),
        right=LINE,
        near="无编号",
    ),
    alone(
        "not-executable",
        "声明为不可执行",
        at="P90",
        rule="not-executable",
        wrong=diagram(*LINE, isExecutable="false"),
        right=LINE,
    ),
    alone(
        "two-processes",
        "一个文件两个过程",
        at="P91",
        rule="process",
        wrong=diagram(*LINE).replace(b"</bpmn:definitions>", OTHER),
        right=LINE,
    ),
)
