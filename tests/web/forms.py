"""Forms for these tests: one with every kind of field, and small ones in the shape of the reports."""

from __future__ import annotations

from typing import Any


def one(title: str, kind: str, json_type: Any = "string", **more: Any) -> dict[str, Any]:
    ui = {"kind": kind} | more.pop("ui", {})
    return {"title": title, "type": json_type, "x-ui": ui, **more}


SITUATIONS = ["S1", "S2", "S3"]
SITUATION_LABELS = {"S1": "独居", "S2": "监护缺失", "S3": "失踪"}

ALL_KINDS: dict[str, Any] = {
    "title": "评估表",
    "required": ["safety", "findings", "visited"],
    "properties": {
        "safety": one("安全处境", "enum", enum=["安全", "有风险", "危险"], ui={"hint": "指评估之日。"}),
        "danger_note": one(
            "危险情况", "text", **{"x-visible-when": 'safety = "危险"', "x-required-when": 'safety = "危险"'}
        ),
        "situations": one(
            "情形",
            "multi",
            "array",
            items={"type": "string", "enum": SITUATIONS},
            ui={"labels": SITUATION_LABELS},
        ),
        "poor": one("家庭经济困难", "bool", "boolean"),
        "school": one("就学", "enum", enum=["在学", "辍学", "未入学", "送教", "学龄前", "已完成"]),
        "findings": one("评估发现", "text", ui={"rows": 4}),
        "age": one("年龄", "int", "integer", minimum=0),
        "distance": one("距离", "number", "number"),
        "visited": one("入户日期", "date", format="date"),
        "seen_at": one("见面时间", "datetime", format="date-time"),
        "place": one("地点", "area"),
        "carer": one("责任单位", "ref", ui={"refs": ["police"]}),
        "contact_log": one(
            "联系记录",
            "table",
            "array",
            items={
                "type": "object",
                "properties": {
                    "time": one("时间", "datetime", format="date-time"),
                    "way": one("方式", "enum", enum=["电话", "短信"]),
                    "result": one("结果", "text"),
                },
            },
        ),
        "photo": one("照片", "file", "array", items={"type": "integer"}),
        "archive_no": one("档案号", "text") | {"x-auto": True},
        "child_view": one("儿童意愿", "text") | {"x-sensitive": True},
    },
}

BLOCK: dict[str, Any] = {"child_name": one("姓名", "text"), "id_no": one("证件号", "text")}

REPORT: dict[str, Any] = {
    "title": "强制报告单",
    "required": ["situations", "reporter_name"],
    "properties": BLOCK
    | {
        "situations": one(
            "情形", "multi", "array", items={"type": "string", "enum": SITUATIONS}, ui={"labels": SITUATION_LABELS}
        ),
        "reporter_name": one("报告人", "text"),
        "place": one("发现地点", "area"),
    },
}

CITIZEN: dict[str, Any] = {
    "title": "公民举报登记",
    "required": ["channel", "anonymous", "situations", "narrative", "received_by"],
    "properties": {
        "channel": one("渠道", "enum", enum=["110", "来访", "其他"]),
        "anonymous": one("是否匿名", "bool", "boolean"),
        "contact": one("联系方式", "text"),
        "situations": one(
            "情形", "multi", "array", items={"type": "string", "enum": SITUATIONS}, ui={"labels": SITUATION_LABELS}
        ),
        "narrative": one("案情", "text", ui={"rows": 4}),
        "place": one("地点", "area"),
        "received_by": one("接收单位", "ref", ui={"refs": ["police"]}),
        "token": one("匿名回执号", "text") | {"x-auto": True},
    },
}
