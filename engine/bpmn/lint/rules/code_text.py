"""Code of other languages in the texts of a diagram, worked out or shown."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import codetext, written
from engine.bpmn.lint.rule import Rule

RULE = Rule(name="code-text", says="流程图的条件、期限、名称和说明里不能写程序代码")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find code where FEEL belongs, and in names and documentation, where a later reader might run it."""
    for one in written.texts(root):
        shown = codetext.code_in(one.text) or codetext.formula_in(one.text)
        label = codetext.not_feel(one.text) if one.worked_out else shown
        if label:
            said = codetext.shown(one.text)
            yield RULE.at(one.owner, _worked_out(said, label) if one.worked_out else _shown(said, label), file=file)


def _worked_out(said: str, label: str) -> str:
    return f'“{said}”是{label}，不会执行：这里只能写 FEEL 条件，如 answer = "是"'


def _shown(said: str, label: str) -> str:
    return f"“{said}”是{label}：名称和说明里请只写普通文字"
