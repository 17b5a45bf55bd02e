"""Names of process data that a task cannot set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called
from engine.bpmn.lint.rule import Rule
from engine.bpmn.memory import OURS
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="set-name", says="属性 sets 只给过程自己的数据起名赋值，如 visits_before: 1")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
#: What the engine itself knows by these names, and the words of FEEL.
_TAKEN = frozenset(
    {
        *OURS,
        *("opened", "unit"),
        *("true", "false", "null", "and", "or", "not", "in", "if", "then", "else", "for", "some", "every"),
    }
)


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find names that expressions could not read, or that already mean something else there."""
    for task in model.tasks.values():
        for one in task.sets:
            if one.name in _TAKEN:
                reason = f"“{one.name}”另有用处，条件里读到的不会是它"
            elif not _NAME.match(one.name):
                reason = f"“{one.name[:64]}”不是名称" if one.name else "冒号前面没有名称"
            else:
                continue
            node = model.nodes[task.element]
            yield RULE.at_node(model, node, f"{called(node)}的属性 sets 里{reason}：请改为如 visits_before 的名称")
