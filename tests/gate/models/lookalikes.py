"""Look-alikes: two things that look the same, and one that looks like another."""

from __future__ import annotations

import json

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, catch, diagram, el, end, flow, message, props, start, task, throw

CYRILLIC_A, CYRILLIC_O = "\u0430", "\u043e"
BIDI, ZERO, SOFT, TAG = "\u202e", "\u200b", "\u00ad", "\U000e0041"


def ways(element: str) -> tuple[str, str]:
    """Flows whose own ids are plain."""
    return flow("start", element, key="f1"), flow(element, "end", key="f2")


def named(element: str, text: str) -> tuple[str, ...]:
    """The smallest process with another name of its task."""
    return (start(), el("userTask", element, props(code="P90-x", role="police"), name=text), end(), *ways(element))


def name(key: str, fault: str, text: str) -> Case:
    return alone(key, fault, at="visit", rule="odd-name", wrong=named("visit", text), right=named("visit", "上门走访"))


def key(name_: str, fault: str, element: str, right: str = "visit") -> Case:
    return alone(
        name_,
        fault,
        at=(element, ""),
        rule="odd-id",
        wrong=named(element, "上门走访"),
        right=named(right, "上门走访"),
        near=f'id="{element}"',
    )


def twice(name_: str, fault: str, first: str, second: str) -> Case:
    """Two tasks whose ids look the same."""
    return alone(
        name_, fault, at=(second, first), rule="odd-id", wrong=in_a_row(first, second), right=in_a_row("find", "write")
    )


def in_a_row(first: str, second: str) -> tuple[str, ...]:
    flows = (flow("start", first, key="f1"), flow(first, second, key="f2"), flow(second, "end", key="f3"))
    return (start(), task(first, code="P90-T1"), task(second, code="P90-T2"), end(), *flows)


MIXED = f"guardian_{CYRILLIC_A}way"
TALK = (
    start(),
    throw("visit", message("told")),
    catch("wait", message(MIXED)),
    end(),
    flow("start", "visit", "wait", "end"),
)
RIGHT_TALK = (
    start(),
    throw("visit", message("told")),
    catch("wait", message("guardian_away")),
    end(),
    flow("start", "visit", "wait", "end"),
)
FORM = {
    "title": "走访",
    "type": "object",
    "additionalProperties": False,
    "properties": {"note": {"title": "情况", "type": "string", "x-ui": {"kind": "text"}}},
}


def form(field: str) -> bytes:
    return json.dumps(FORM | {"properties": {field: FORM["properties"]["note"]}}, ensure_ascii=False, indent=1).encode()  # type: ignore[index]


CASES = (
    key("homoglyph-id", "编号里混着西里尔字母", f"vis{CYRILLIC_O}t"),
    key("zero-width-id", "编号里有看不见的字符", f"vis{ZERO}it"),
    key("full-width-id", "编号是全角字母", "ｖｉｓｉｔ"),
    key("prototype-id", "编号是原型属性", "__proto__"),
    key("constructor-id", "编号是构造函数", "constructor"),
    key("ten-thousand-characters-id", "编号有一万个字", "v" * 10_000),
    key("combining-id", "编号里有组合符号", "vis\u0301it"),
    twice("homoglyph-pair", "两个编号看起来一样", "open", f"{CYRILLIC_O}pen"),
    twice("nfkc-pair", "两个编号归一后相同", "ﬁnd", "find"),
    name("bidi-name", "名称里有改变方向的字符", f"批准{BIDI}回驳"),
    name("zero-width-name", "名称里有看不见的字符", f"上门{ZERO}走访"),
    name("soft-hyphen-name", "名称里有软连字符", f"上门{SOFT}走访"),
    name("tag-name", "名称里有标签字符", f"上门走访{TAG}"),
    name("ten-thousand-characters-name", "名称有一万个字", "长" * 10_000),
    name("emoji-name", "名称里有表情", "上门走访😀"),
    alone(
        "homoglyph-message",
        "消息名混着西里尔字母",
        at=(f"m_{MIXED}", "wait"),
        rule="odd-name",
        wrong=diagram(*TALK, messages=["told", MIXED]),
        right=diagram(*RIGHT_TALK, messages=["told", "guardian_away"]),
        near=MIXED,
    ),
    alone(
        "homoglyph-property",
        "属性名混着西里尔字母",
        at="visit",
        rule="property",
        wrong=(start(), task("visit", **{f"r{CYRILLIC_O}le": "court"}), end(), flow("start", "visit", "end")),
        right=LINE,
    ),
    alone(
        "homoglyph-field",
        "字段名混着西里尔字母",
        at=(f"n{CYRILLIC_O}te",),
        rule="odd-field",
        wrong=form(f"n{CYRILLIC_O}te"),
        right=form("note"),
        suffix=".json",
    ),
    alone(
        "bidi-process-name",
        "过程名称里有改变方向的字符",
        at="P90",
        rule="odd-name",
        wrong=diagram(*LINE, name=f"试验{BIDI}程过"),
        right=diagram(*LINE),
    ),
    alone(
        "homoglyph-process",
        "过程的编号混着西里尔字母",
        at=("Р90", ""),
        rule="odd-id",
        wrong=diagram(*LINE, key="Р90"),
        right=diagram(*LINE),
    ),
)
