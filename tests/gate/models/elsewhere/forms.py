"""Forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tests.gate.case import Case, alone
from tests.gate.models.elsewhere import OPEN, PYTHON

FIELD = {"title": "情况", "type": "string", "x-ui": {"kind": "text"}}
DEEP = b'{"properties": ' + b"[" * 5000 + b"]" * 5000 + b"}"


def form(extra: Mapping[str, Any] = MappingProxyType({}), /, **field: Any) -> bytes:
    """A form with one field; ``x_`` begins a key of ours."""
    written = {(f"x-{key[2:].replace('_', '-')}" if key.startswith("x_") else key): one for key, one in field.items()}
    properties = {"note": FIELD | written}
    schema = {"title": "走访记录", "type": "object", "additionalProperties": False, "properties": properties}
    return json.dumps(schema | dict(extra), ensure_ascii=False, indent=1).encode()


def must(when: str) -> bytes:
    return form({"x-must": [{"when": when, "field": "note", "message": "请填写"}]})


def faulty(
    name: str,
    fault: str,
    wrong: bytes,
    rule: str = "form-code",
    *,
    at: str = "note",
    right: bytes | None = None,
    near: str | None = None,
) -> Case:
    right = right or form()
    return alone(f"form-{name}", fault, at=at, rule=rule, wrong=wrong, right=right, near=near, suffix=".json")


CASES = (
    faulty("default-python", "表单的默认值是程序", form(default=PYTHON), right=form(default="正常")),
    faulty("default-jinja", "表单的默认值是模板", form(default="{{ config.items() }}"), right=form(default="正常")),
    faulty("title-jinja", "字段的标题是模板", form(title="{{ ''.__class__ }}")),
    faulty("title-html", "字段的标题是网页", form(title="<img src=x onerror=alert(1)>")),
    faulty("hint-juel", "字段的提示是表达式", form(x_ui={"kind": "text", "hint": "${7*7}"})),
    faulty("prefill", "预填值是程序", form(x_prefill=PYTHON), right=form(x_prefill="case.child_name")),
    faulty("visible-when", "显示条件是程序", form(x_visible_when=OPEN), right=form(x_visible_when="note != null")),
    faulty("must", "表单规则是程序", must(OPEN), right=must("note != null"), near=""),
    faulty("reference", "表单引用别处的定义", form(**{"$ref": "http://127.0.0.1:@PORT@/x.json"}), "field-key"),
    faulty("pattern", "格式要求会算不完", form(pattern="^(a+)+$"), "slow-pattern", right=form(pattern="^[0-9]{6}$")),
    faulty("prototype", "字段名是原型属性", form().replace(b'"note"', b'"__proto__"'), "odd-field", at="__proto__"),
    faulty("bounds", "最短比最长还长", form(minLength=9, maxLength=2), "field-limits", right=form(maxLength=9)),
    faulty("default-kind", "默认值不合自己的类型", form(default=5), "field-limits", right=form(default="无")),
    faulty("nested", "JSON嵌套过深", DEEP, "json", at="", near=""),
    faulty("no-number", "JSON里有NaN", form(default=1).replace(b": 1\n", b": NaN\n"), "json", at="", near=""),
    faulty(
        "twice",
        "JSON的键写了两次",
        form().replace(b'"title"', b'"title": "x", "title"', 1),
        "duplicate-key",
        at="",
        near='"title": "x"',
    ),
)
