"""Files with no process, or several."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called
from engine.bpmn.pools import is_empty, main_process, pool_of, processes
from engine.bpmn.xmltext import line_of

RULE = Rule(name="process", says="一个文件里有且只有一个过程")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the processes beside the one that would run."""
    main = main_process(root)
    if main is None:
        message = "文件里没有过程，没有什么可办：请画一个；这若不是BPMN流程图，请在建模工具里重新导出"
        yield RULE.at_file(file, message, line=line_of(root))
        return
    for one in processes(root):
        if one is not main and not is_empty(one):
            pool = pool_of(root, one)
            name = called(one if pool is None or one.get("name") else pool)
            message = (
                f"过程{name}是文件里的又一个过程，不会办它：请另存为一个文件，两个过程用消息相连；"
                "只是示意对方的，请清空它的池"
            )
            yield RULE.at(one, message, file=file)
