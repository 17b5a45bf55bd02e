"""Decision tables."""

from __future__ import annotations

from html import escape

from tests.gate.case import Case, alone
from tests.gate.models.elsewhere import OPEN, PYTHON

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    cell: str = '"困难"', outcome: str = "true", asked: str = "grade", extra: str = "", policy: str = "FIRST"
) -> bytes:
    """A decision table of one rule and the rest."""
    first, then = escape(cell, quote=False), escape(outcome, quote=False)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{DMN}" id="d" name="分级" namespace="http://shouhu.example/gate">
{extra}
<decision id="needs_help" name="needs_help">
<variable id="v" name="needs_help"/>
<decisionTable id="t" hitPolicy="{policy}">
<input id="i">
<inputExpression id="ie" typeRef="string"><text>{escape(asked, quote=False)}</text></inputExpression>
</input>
<output id="o" name="help" typeRef="boolean"/>
<rule id="r1">
<inputEntry id="r1i"><text>{first}</text></inputEntry>
<outputEntry id="r1o"><text>{then}</text></outputEntry>
</rule>
<rule id="r2">
<inputEntry id="r2i"><text>-</text></inputEntry>
<outputEntry id="r2o"><text>false</text></outputEntry>
</rule>
</decisionTable>
</decision>
</definitions>
""".encode()


def faulty(name: str, fault: str, at: str | tuple[str, ...], rule: str, wrong: bytes, near: str | None = None) -> Case:
    return alone(f"table-{name}", fault, at=at, rule=rule, wrong=wrong, right=table(), near=near, suffix=".dmn")


FUNCTION = (
    '<businessKnowledgeModel id="run" name="run"><variable id="rv" name="run"/>'
    '<encapsulatedLogic id="rl" kind="Java"><formalParameter id="rp" name="x"/>'
    '<literalExpression id="re"><text>java.lang.Runtime</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>"
)
ENTITY = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file://@SECRET@">]>\n<definitions'

CASES = (
    faulty("input-cell", "决策表的条件格里有程序", ("r1i", "r1"), "decision-file", table(cell=PYTHON)),
    faulty("output-cell", "决策表的结果格里有程序", "r1o", "decision-file", table(outcome=OPEN)),
    faulty("input-expression", "决策表的输入里有程序", ("ie", "i"), "decision-file", table(asked=PYTHON)),
    faulty("juel-cell", "决策表里是JUEL", "r1o", "decision-file", table(outcome="${x}")),
    faulty("java-function", "决策文件里有Java函数", "rl", "decision-file", table(extra=FUNCTION)),
    faulty("bogus-policy", "决策表的命中方式不存在", "t", "decision-file", table(policy="BOGUS")),
    faulty(
        "external-entity",
        "决策文件用外部实体读文件",
        "",
        "doctype",
        table().replace(b"<definitions", ENTITY, 1).replace("分级".encode(), b"&x;"),
        near="<!DOCTYPE",
    ),
)
