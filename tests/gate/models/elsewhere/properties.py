"""Properties of tasks, and what people read."""

from __future__ import annotations

from tests.gate.case import Case, Content, alone
from tests.gate.draw import LINE, diagram, el, extend, props, task, through
from tests.gate.models.elsewhere import OPEN, PYTHON


def given(**values: str) -> tuple[str, ...]:
    """A task with properties."""
    return through(task("visit", **values))


def prop(name: str, right: str, wrong: str, *, key: str = "", rule: str = "code-text") -> Case:
    """A property with a program in it; ``key`` is the case's name where one property has several."""
    return alone(
        f"property-{key or name.rstrip('_')}",
        "属性里有程序",
        at="visit",
        rule=rule,
        wrong=given(**{name: wrong}),
        right=given(**{name: right}),
    )


def text(name: str, fault: str, wrong: Content, at: str = "visit", right: Content = LINE) -> Case:
    """Something that people read."""
    return alone(name, fault, at=at, rule="code-text", wrong=wrong, right=right)


def named(words: str) -> tuple[str, ...]:
    return through(el("userTask", "visit", props(code="P90-visit", role="police"), name=words))


def documented(words: str) -> tuple[str, ...]:
    said = f"<bpmn:documentation>{words}</bpmn:documentation>"
    return through(el("userTask", "visit", said, props(code="P90-visit", role="police")))


JINJA = "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}"
INSTRUCTIONS = extend("<spiffworkflow:instructionsForEndUser>{{ config }}</spiffworkflow:instructionsForEndUser>")

CASES = (
    prop("sets", "done_at: now", f"done_at: {PYTHON}"),
    prop("from_", "started", OPEN),
    prop("each", '["fh.police"]', f"[{PYTHON}]"),
    prop("limit", "t_visit: started", f"t_visit: {OPEN}"),
    prop("watch", "t_visit: started", f"t_visit: {PYTHON}"),
    prop("notify", 'police: started_by = "court"', f"police: {PYTHON} = 0"),
    prop("documents", '走访记录: started_by = "court"', f"走访记录: {OPEN}"),
    prop("documents", "走访记录", "../../../etc/passwd", key="document-path"),
    prop("merges", 'open_case: started_by = "police"', f"open_case: {PYTHON} = 0"),
    prop("role", "police", "police; DROP TABLE item"),
    prop("form", "P90-visit", "../../secret", rule="odd-code"),
    prop("code", "P90-visit", "{{ config.items() }}"),
    text("process-name", "过程名称里有表达式", diagram(*LINE, name="${''.getClass().forName('x')}"), at="P90"),
    text("task-name-juel", "任务名称里有表达式", named("#{execution.id}")),
    text("task-name-jinja", "任务名称里有模板", named("{{ ''.__class__.__mro__ }}")),
    text("task-name-html", "任务名称里有网页脚本", named("<script>fetch('http://127.0.0.1:@PORT@')</script>")),
    text("task-name-image", "任务名称里有网页元素", named('<img src=x onerror="alert(1)">')),
    text("task-name-formula", "任务名称是表格公式", named("=cmd|' /C calc'!A0")),
    text("documentation-jinja", "说明文字里有模板", documented(JINJA), right=documented("两人一组上门。")),
    alone(
        "instructions-jinja",
        "给办理人的说明里有模板",
        at="visit",
        rule="unknown-extension",
        wrong=through(el("userTask", "visit", INSTRUCTIONS)),
        right=LINE,
    ),
)
