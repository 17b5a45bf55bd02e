"""Cross-checks: a diagram and what it needs around it."""

from __future__ import annotations

from tests.gate.draw import catch, diagram, end, flow, message, start, task, throw
from tests.gate.place import EVENT_FILE, P90, P91, PLACE, TABLE, VISIT, among, beside

ROLE = '<spiffworkflow:property name="role" value="police"/>'


def prop(name: str, value: str) -> str:
    return f'{ROLE}<spiffworkflow:property name="{name}" value="{value}"/>'


WAITING = diagram(
    *(start("start", message("visit_needed")), task("visit", code="P91-visit"), catch("wait", message("order_made"))),
    *(end(), flow("start", "visit", "wait", "end")),
    messages=["visit_needed", "order_made"],
    key="P91",
    name="走访",
)
#: Each waits for what the other only says afterwards.
FIRST = diagram(
    *(start(), task("report", code="P90-report", role="school"), catch("wait", message("answered"))),
    throw("ask", message("visit_needed")),
    *(end(), flow("start", "report", "wait", "ask", "end")),
    messages=["visit_needed", "answered"],
    key="P90",
    name="报告",
)
FIRST_MENDED = (
    FIRST.replace(b'sourceRef="report" targetRef="wait"', b'sourceRef="report" targetRef="ask"')
    .replace(b'sourceRef="wait" targetRef="ask"', b'sourceRef="ask" targetRef="wait"')
    .replace(b'sourceRef="ask" targetRef="end"', b'sourceRef="wait" targetRef="end"')
)
SECOND = diagram(
    *(start("start", message("visit_needed")), task("visit", code="P91-visit"), end("end", message("answered"))),
    flow("start", "visit", "end"),
    messages=["visit_needed", "answered"],
    key="P91",
    name="走访",
)
#: What it waits for it has said itself before.
OWN = diagram(
    *(start("start", message("visit_needed")), task("visit", code="P91-visit"), throw("late", message("told"))),
    *(catch("wait", message("told")), end(), flow("start", "visit", "late", "wait", "end")),
    messages=["visit_needed", "told"],
    key="P91",
    name="走访",
)

CASES = (
    among(
        "missing-form", "表单不存在", file=P91, at="visit", rule="missing-form", old=ROLE, new=prop("form", "P91-gone")
    ),
    among(
        "missing-decision",
        "决策表不存在",
        file=P91,
        at=("decide", "hard"),
        rule="missing-decision",
        old=">needs_help<",
        new=">needs_more<",
    ),
    among(
        "unknown-parameter",
        "期限不是本地参数",
        file=P91,
        at="visit",
        rule="unknown-parameter",
        old='value="t_visit"',
        new='value="t_vist"',
    ),
    among(
        "unknown-clause",
        "条文不在条文表中",
        file=P91,
        at="visit",
        rule="unknown-clause",
        old='value="XX-1"',
        new='value="XX-9"',
    ),
    among(
        "field-that-no-form-records",
        "网关要的字段没有表单记录",
        file=P91,
        at="hard",
        rule="unknown-name",
        old="help = true",
        new="helpless = true",
    ),
    among(
        "unknown-option",
        "条件里的选项表单没有",
        file=P91,
        at="hard",
        rule="unknown-option",
        old="help = true",
        new='grade = "很困难"',
        right='grade = "困难"',
    ),
    among(
        "wrong-type",
        "文字和数比大小",
        file=P91,
        at="hard",
        rule="wrong-type",
        old="help = true",
        new="grade &gt; 3",
        right='grade = "困难"',
    ),
    among(
        "watch-without-parameter",
        "跟踪的期限没有定义",
        file=P91,
        at="visit",
        rule="unknown-parameter",
        old=ROLE,
        new=prop("watch", "t_second"),
        right=prop("watch", "t_wait"),
    ),
    among(
        "moves-unpublished",
        "移交的过程没有发布",
        file=P91,
        at="visit",
        rule="moves",
        old=ROLE,
        new=prop("moves", "P92: grade"),
        right=prop("moves", "P90: grade"),
    ),
    among(
        "same-code-twice",
        "一个任务代码用了两次",
        file=P91,
        at=("write", "visit"),
        rule="duplicate-code",
        old='value="P91-write"',
        new='value="P91-visit"',
        near='id="write"',
    ),
    among(
        "missing-procedure",
        "要发布的过程没有流程图",
        file=PLACE,
        at=("", "P92", "procedures"),
        rule="missing-procedure",
        old="[P90, P91]",
        new="[P90, P91, P92]",
        near="",
    ),
    among(
        "parameter-not-a-duration",
        "参数的时长写坏了",
        file=PLACE,
        at="t_visit",
        rule="parameter",
        old="value: P3D",
        new="value: P3DD",
    ),
    among(
        "parameter-without-source",
        "参数没有依据",
        file=PLACE,
        at="t_wait",
        rule="parameter",
        old="value: P10D, default: true",
        new="value: P10D",
    ),
    among(
        "parameter-unknown-clause",
        "参数的条文不存在",
        file=PLACE,
        at="t_visit",
        rule="unknown-clause",
        old="source: XX-1",
        new="source: XX-7",
    ),
    among(
        "yaml-tag",
        "参数文件里有会运行的标签",
        file=PLACE,
        at=("", "t_wait"),
        rule="yaml",
        old="value: P10D",
        new="value: !!python/object/apply:os.system ['touch @CANARY@']",
        near="!!python",
    ),
    among(
        "yaml-laughs",
        "参数文件里的锚点成倍展开",
        file=PLACE,
        at="",
        rule="yaml",
        old="scope: {age: 16}",
        new="scope: {age: 16}\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        near="a: &a",
    ),
    among(
        "yaml-key-twice",
        "参数写了两次",
        file=PLACE,
        at=("", "t_visit"),
        rule="duplicate-key",
        old="  t_wait:",
        new="  t_visit:",
        near="P10D",
    ),
    among(
        "required-unknown",
        "必填项不是表单的字段",
        file=VISIT,
        at="phone",
        rule="unknown-field",
        old='"required": []',
        new='"required": ["phone"]',
        near="",
    ),
    among(
        "column-unknown",
        "决策表要的字段没有表单记录",
        file=TABLE,
        at=("ie", "i", "needs_help", "t"),
        rule="unknown-name",
        old="<text>grade</text>",
        new="<text>level</text>",
        near="",
    ),
    among(
        "table-gap",
        "决策表有遗漏",
        file=TABLE,
        at=("t", "needs_help", "decide"),
        rule="table-gap",
        old="<text>-</text>",
        new='<text>"一般"</text>',
        near="",
    ),
    among(
        "event-role",
        "说事件的角色不存在",
        file=EVENT_FILE,
        at="parent_returned",
        rule="unknown-role",
        old="said_by: [police]",
        new="said_by: [neighbour]",
        near="",
    ),
    beside(
        "awaited-in-vain",
        "等一个没有人发的消息",
        at="wait",
        rule="unsent-message",
        file=P91,
        wrong=WAITING,
        right=WAITING.replace(b"order_made", b"parent_returned"),
    ),
    beside(
        "both-wait",
        "两个过程互相等待",
        at="wait",
        rule="circular-wait",
        file=P90,
        wrong=FIRST,
        right=FIRST_MENDED,
        also={P91: SECOND},
    ),
    beside(
        "own-message-too-early",
        "自己发的消息，发出时还没有人等",
        at="wait",
        rule="deadlock",
        file=P91,
        wrong=OWN,
        right=OWN.replace(b'name="told"', b'name="parent_returned"'),
    ),
)
