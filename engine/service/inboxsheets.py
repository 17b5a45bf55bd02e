"""The columns of the lists of 待办 where they are taken along: numbers, codes and times, no names of children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.service.exporting import Sheet
from engine.service.inboxrows import InboxRow

STATES = {"open": "待签收", "claimed": "办理中", "completed": "已办结", "cancelled": "已取消"}
RISKS = {3: "高", 2: "中", 1: "低"}
COLUMNS = (
    *("事项编号", "事项", "环节", "程序", "个案号", "儿童代码", "儿童", "风险"),
    *("状态", "单位", "经办人", "来自", "开立", "应办结", "暂定", "超期", "办结", "跟进日期"),
)


def inbox_sheet(rows: Sequence[InboxRow], numbers: Mapping[int, str], now: datetime) -> Sheet:
    """Return a list of items; ``numbers`` are the numbers of their cases."""
    return Sheet(title="待办", columns=COLUMNS, rows=[_cells(row, numbers[row.id], now) for row in rows])


def _cells(row: InboxRow, number: str, now: datetime) -> tuple[Any, ...]:
    late = row.due_at is not None and (row.done_at or now) > row.due_at != row.opened_at
    return (
        *(row.id, row.name, row.code, row.procedure_name, number, row.child_code, row.child_line),
        *(RISKS.get(row.risk), STATES[row.state], row.unit_name, row.holder_name, row.source_name),
        *(row.opened_at, row.due_at, "暂定" if row.provisional else None, "超期" if late else None),
        *(row.done_at, row.follow_on),
    )


def notices_sheet(rows: Sequence[Row[Any]]) -> Sheet:
    cells = [(one.at, one.sentence, one.case_number, one.child_code, one.read_at) for one in rows]
    return Sheet(title="通知", columns=("时间", "通知", "个案号", "儿童代码", "已阅"), rows=cells)
