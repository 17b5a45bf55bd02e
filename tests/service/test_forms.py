"""What a form asks, what it keeps, and the sentences in which it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.core.errors import Invalid
from engine.service.forms import Form, form_of, neutral

NOW = datetime(2018, 3, 12, 0, 30, tzinfo=UTC)
MORNING = "2018-03-12T08:30:00+08:00"


def a_property(kind: str, title: str, **more: Any) -> dict[str, Any]:
    types = {
        "bool": "boolean",
        "int": "integer",
        "number": "number",
        "multi": "array",
        "table": "array",
        "file": "array",
    }
    formats = {"date": {"format": "date"}, "datetime": {"format": "date-time"}}
    return {"title": title, "type": types.get(kind, "string"), "x-ui": {"kind": kind}, **formats.get(kind, {}), **more}


def a_form(required: list[str] | None = None, must: list[dict[str, str]] | None = None, **fields: Any) -> Form:
    schema = {"title": "调查评估", "properties": fields, "required": required or [], "x-must": must or []}
    return form_of("P05-T2", schema, ["t_report"])


def problems(form: Form, values: dict[str, Any], **context: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        form.check(values, context, NOW)
    return refused.value.problems


GUARD = a_property("enum", "监护情况", enum=["良好", "不足", "缺失"])
LOG = a_property(
    "table",
    "联系记录",
    items={
        "type": "object",
        "required": ["time"],
        "properties": {"time": a_property("datetime", "时间"), "result": a_property("text", "结果")},
    },
)


def test_answers_that_fit_are_kept_and_space_around_text_is_not() -> None:
    form = a_form(guard=GUARD, note=a_property("text", "说明"))

    assert form.check({"guard": "不足", "note": " 祖母照料 "}, {}, NOW) == {"guard": "不足", "note": "祖母照料"}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("enum", "请选择“监护情况”"),
        ("text", "请填写“监护情况”"),
        ("file", "请上传“监护情况”"),
        ("bool", "请选择“监护情况”"),
    ],
)
def test_a_required_field_left_empty_is_asked_for_by_its_label(kind: str, sentence: str) -> None:
    more = {"enum": ["良好"]} if kind == "enum" else {}
    form = a_form(["guard"], guard=a_property(kind, "监护情况", **more))

    assert problems(form, {}) == {"guard": sentence}
    assert problems(form, {"guard": None}) == {"guard": sentence}


def test_a_bool_answered_with_no_is_an_answer() -> None:
    form = a_form(["poor"], poor=a_property("bool", "家庭经济困难"))

    assert form.check({"poor": False}, {}, NOW) == {"poor": False}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", "3"),
        ("int", True),
        ("number", "a"),
        ("bool", "是"),
        ("date", "2018-02-30"),
        ("datetime", "2018-03-12T08:30:00"),
        ("enum", "很好"),
        ("multi", ["很好"]),
        ("multi", "良好"),
        ("text", 3),
        ("ref", ["fh.police"]),
        ("table", [1]),
        ("file", "a.pdf"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_at_its_field(kind: str, value: Any) -> None:
    of_kind: dict[str, dict[str, Any]] = {
        "enum": {"enum": ["良好"]},
        "multi": {"items": {"enum": ["良好"]}},
        "table": {"items": {"properties": {}}},
    }
    more = of_kind.get(kind, {})
    form = a_form(one=a_property(kind, "这一项", **more))

    assert list(problems(form, {"one": value})) == ["one"]
    assert "“这一项”" in problems(form, {"one": value})["one"]


def test_a_time_without_offset_is_refused_and_one_with_offset_is_kept() -> None:
    form = a_form(found_at=a_property("datetime", "发现时间"))

    assert "时区" in problems(form, {"found_at": "2018-03-12T08:30:00"})["found_at"]
    assert form.check({"found_at": MORNING}, {}, NOW) == {"found_at": MORNING}


def test_a_field_that_the_form_does_not_have_is_refused_by_name() -> None:
    assert problems(a_form(guard=GUARD), {"guardian": "母"}) == {"guardian": "表单没有“guardian”这一项"}


def test_what_a_hidden_field_holds_is_dropped_and_never_asked_for() -> None:
    form = a_form(
        ["opinion"],
        can_express=a_property("bool", "有无表达能力"),
        opinion=a_property("text", "儿童意见", **{"x-visible-when": "can_express = true"}),
    )

    assert form.check({"can_express": False, "opinion": "想回家"}, {}, NOW) == {"can_express": False}
    assert problems(form, {"can_express": True}) == {"opinion": "请填写“儿童意见”"}


def test_a_field_hidden_behind_a_hidden_field_is_hidden_too() -> None:
    form = a_form(
        can_express=a_property("bool", "有无表达能力"),
        adopted=a_property("bool", "是否采纳", **{"x-visible-when": "can_express = true"}),
        reason=a_property("text", "不采纳理由", **{"x-visible-when": "adopted = false"}),
    )

    assert form.visible({"can_express": True, "adopted": False}, {}) == {"can_express", "adopted", "reason"}
    assert form.visible({"can_express": False, "adopted": False}, {}) == {"can_express"}


def test_a_field_may_be_required_by_what_the_case_knows() -> None:
    form = a_form(view=a_property("text", "儿童意愿", **{"x-required-when": 'case.child_state = "危险"'}))

    assert form.check({}, {"case": {"child_state": "安全"}}, NOW) == {}
    assert problems(form, {}, case={"child_state": "危险"}) == {"view": "请填写“儿童意愿”"}


def test_a_rule_of_the_form_is_said_at_its_field_and_only_where_it_is_broken() -> None:
    rule = {"when": "left_at <= reached_at", "field": "reached_at", "message": "到达不能早于出发"}
    times = {"left_at": a_property("datetime", "出发"), "reached_at": a_property("datetime", "到达")}
    form = a_form([], [rule], **times)
    late = "2018-03-12T01:00:00+00:00"

    assert form.check({"left_at": MORNING, "reached_at": late}, {}, NOW) == {"left_at": MORNING, "reached_at": late}
    assert form.check({"left_at": MORNING}, {}, NOW) == {"left_at": MORNING}
    assert problems(form, {"left_at": late, "reached_at": MORNING}) == {"reached_at": "到达不能早于出发"}


def test_a_table_is_checked_cell_by_cell_and_may_be_empty() -> None:
    form = a_form(["contact_log"], contact_log=LOG)

    assert form.check({"contact_log": []}, {}, NOW) == {"contact_log": []}
    assert problems(form, {"contact_log": [{"time": MORNING}, {"result": "无人接听"}]}) == {
        "contact_log": "“联系记录”第 2 行：请填写“时间”"
    }
    assert "没有“who”这一列" in problems(form, {"contact_log": [{"time": MORNING, "who": "父"}]})["contact_log"]


def test_options_with_codes_show_their_labels() -> None:
    ui = {"x-ui": {"kind": "multi", "labels": {"S1": "独居"}}, "items": {"enum": ["S1", "不属实"]}}
    field = a_form(situations=a_property("multi", "情形") | ui).field("situations")

    assert [option.label for option in field.options] == ["独居", "不属实"]


def test_numbers_and_files_beyond_their_limits_are_refused() -> None:
    form = a_form(
        age=a_property("int", "年龄", minimum=18),
        photo=a_property("file", "照片", maxItems=1),
        why=a_property("text", "理由", maxLength=3),
    )

    assert problems(form, {"age": 17}) == {"age": "“年龄”不能小于 18"}
    assert problems(form, {"photo": [1, 2]}) == {"photo": "“照片”最多 1 个附件"}
    assert problems(form, {"why": "天黑路远"}) == {"why": "“理由”不能超过 3 个字"}


def test_deciding_fields_reach_the_engine_as_values_and_as_nothing_where_not_given() -> None:
    decides = {"x-decides": True}
    form = a_form(
        refusal_start=a_property("date", "起算日", **decides),
        found_at=a_property("datetime", "发现时间", **decides),
        edu_count=a_property("int", "第几次", **decides),
        guard=GUARD | decides,
        note=a_property("text", "说明"),
    )

    found = form.decisive({"refusal_start": "2018-01-15", "found_at": MORNING, "edu_count": 2, "note": "—"})

    assert found == {
        "refusal_start": date(2018, 1, 15),
        "found_at": datetime(2018, 3, 12, 8, 30, tzinfo=timezone(timedelta(hours=8))),
        "edu_count": Decimal(2),
        "guard": None,
    }


def test_a_number_of_a_register_is_nobodys_to_type() -> None:
    form = a_form(["accept_no"], accept_no=a_property("text", "受理编号", **{"x-auto": True}))

    assert form.check({}, {}, NOW) == {}
    assert form.check({"accept_no": "1号"}, {}, NOW) == {}


def test_a_form_is_filled_in_with_what_the_case_knows() -> None:
    form = a_form(
        since=a_property("date", "起算日", **{"x-prefill": "case.refusal_start"}),
        sex=a_property("text", "性别", **{"x-prefill": "case.sex"}),
    )

    assert form.prefilled({"case": {"refusal_start": date(2018, 1, 15)}}) == {"since": "2018-01-15"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "—"),
        ("bool", False),
        ("int", 0),
        ("enum", "良好"),
        ("multi", ["良好"]),
        ("table", []),
        ("ref", "fh.police"),
        ("area", "fh.溪口镇"),
        ("date", "2018-03-12"),
        ("datetime", MORNING),
        ("file", [7]),
    ],
)
def test_a_neutral_answer_is_of_the_right_kind_and_accepted(kind: str, value: Any) -> None:
    more: dict[str, Any] = {"enum": ["良好", "不足"]} if kind == "enum" else {}
    more |= {"items": {"enum": ["良好", "不足"]}} if kind == "multi" else {}
    form = a_form(["one"], one=a_property(kind, "这一项", **more))

    given = neutral(form.field("one"), now=NOW, unit_key="fh.police", area_key="fh.溪口镇", attachment_id=7)

    assert given == value
    assert form.check({"one": given}, {}, NOW) == {"one": value}
