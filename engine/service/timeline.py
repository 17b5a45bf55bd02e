"""The journal of a case in words; what only the machine needs to know is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import feel
from engine.bpmn.release import Release
from engine.core.cadences import period_named
from engine.core.routing import Directory
from engine.service.discretion import REPORTER, Discretion, acts_named
from engine.service.limitwords import length_words
from engine.service.reasons import spelled
from engine.service.telling import shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the timeline; ``kind`` is the class of its mark (done, now, over, evt)."""

    at: datetime
    kind: str
    words: str
    sub: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Teller:
    """Tells entries in the words of one release; ``people`` gives names of staff by id."""

    release: Release
    directory: Directory
    people: Mapping[int, str]
    names: Mapping[int, str]  # item id → its name
    procedures: Mapping[int, str]  # item id → its procedure
    discretion: Discretion

    def tell(self, rows: Iterable[Any]) -> list[Entry]:
        """Return the lines of these journal rows, oldest first."""
        read = _joined([(row, json.loads(row.body)) for row in rows])
        hidden = self._hidden(read)
        told = (self._one(row, body, hidden=_together(row) in hidden) for row, body in read)
        return [entry for entry in told if entry is not None]

    def _hidden(self, read: Sequence[tuple[Any, Mapping[str, Any]]]) -> frozenset[Hashable]:
        """Return what was recorded together by a reporter as such: a name beside one line of it would tell."""
        acts: dict[Hashable, list[tuple[str, str | None]]] = {}
        for row, body in read:
            if row.unit_id in self.discretion.reporters:
                kept = acts.setdefault(_together(row), [])
                kept += [(row.kind, body.get("code"))] if row.kind in _OWN_ACTS else []
        return frozenset(
            key
            for key, one in acts.items()
            if not acts_named(self.discretion, [code for _, code in one], said=any(kind == SAID for kind, _ in one))
        )

    def _one(self, row: Any, body: dict[str, Any], *, hidden: bool) -> Entry | None:
        words = _WORDS.get(row.kind)
        if words is None or not self._may_know(body):
            return None
        kind, text = words(self, {**body, _TOLD: row.happened_at})
        if not text:
            return None
        return Entry(at=row.happened_at, kind=kind, words=text, sub=REPORTER if hidden else self._who(row))

    def _who(self, row: Any) -> str:
        absent = self.people.get(_number(row.on_behalf_of), "")
        name = self.people.get(row.person_id or 0, "")
        names = (self._unit(row.unit_id), f"{name}（代{absent}）" if absent else name)
        return "　".join(one for one in names if one) or "系统"

    def _may_know(self, body: Mapping[str, Any]) -> bool:
        code = str(body.get("procedure") or body.get("code") or body.get("about") or "")
        procedure = self.procedures.get(int(body.get("item") or 0)) or code.partition("-")[0]
        return not procedure or self.discretion.shows(procedure)

    def _unit(self, unit_id: int | None) -> str:
        unit = self.directory.unit_by_id(unit_id)
        return unit.name if unit else ""

    def unit_name(self, body: Mapping[str, Any]) -> str:
        """Return the unit that an entry is about; its task says whether it stands there as the reporter."""
        key, code = body["unit"], body.get("code") or body.get("about")
        unit = self.directory.unit(str(key))
        if unit is not None and self.discretion.hides(unit.id, code):
            return REPORTER
        return unit.name if unit else str(key)

    def person(self, body: Mapping[str, Any]) -> str:
        """Return the name of the person whom an entry is about; a reporting unit's people are as unknown as it is."""
        if body.get("person") and self.discretion.reporters and body.get("code") in self.discretion.report_codes:
            return "本单位人员"
        return self.people.get(int(body.get("person") or 0), "")

    def back(self, body: Mapping[str, Any]) -> str:
        """Return where an item went back to."""
        if body.get("unit") is not None:
            return f"，由{self.unit_name(body)}办理"
        return f"，由{self.person(body)}办理" if body.get("person") else "，待本单位签收"

    def procedure(self, key: Any) -> str:
        known = self.release.procedures.get(str(key))
        return known.model.name if known else str(key)

    def event(self, name: Any) -> str:
        known = self.release.events.get(str(name))
        return known.label if known else str(name)

    def notice(self, body: Mapping[str, Any]) -> tuple[str, str]:
        kind, words = _NOTICES.get(str(body.get("notice")), ("evt", "通知{unit}"))
        return kind, words.format(unit=self.unit_name(body), task=self.task(body.get("about")))

    def timer(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Return the line of a limit that has come: the diagram's own words, or how long it was."""
        name = str(body.get("name", ""))
        if body.get("item"):
            length = length_words(self.release.parameters.get(name))
            passed = f"已满{length}" if length else "须留意的时限已到"
            return "over", f"“{self.item(body)}”尚未办结，{passed}"
        label = self.event(name)
        return "over", "时限已到" if label.isascii() else f"到时：{label}"

    def task(self, code: Any) -> str:
        """Return the name of the task with a code."""
        procedure = self.release.procedures.get(str(code).partition("-")[0])
        tasks = procedure.model.tasks.values() if procedure else ()
        return next((task.name for task in tasks if task.code == code), str(code))

    def due(self, body: Mapping[str, Any]) -> str:
        """Return the line of a due time that changed, or became sure."""
        why = f"（按{body['calendar']}年放假安排重新推算）" if body.get("calendar") else ""
        if body.get("due") == body.get("before"):
            return f"“{self.item(body)}”时限已确定{_due(body)}{why}"
        if body.get("suspended"):
            return f"“{self.item(body)}”时限暂停计算"
        return f"“{self.item(body)}”时限调整{_due(body) or '为无时限'}{why}"

    def item(self, body: Mapping[str, Any]) -> str:
        return self.names.get(int(body.get("item") or 0), str(body.get("code", "")))


def people_in(rows: Iterable[Any]) -> list[int]:
    """Return the people whom these journal rows name: who did it, for whom, and to whom."""
    found = set()
    for row in rows:
        found |= {row.person_id or 0, _number(row.on_behalf_of), int(json.loads(row.body).get("person") or 0)}
    return sorted(found - {0})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _joined(read: Sequence[tuple[Any, dict[str, Any]]]) -> list[tuple[Any, dict[str, Any]]]:
    """Put the due time that an act on a limit has made into the act's own line: they are recorded together."""
    acts = {(_together(row), body["item"]): body for row, body in read if row.kind in _OF_LIMITS}
    kept = []
    for row, body in read:
        act = acts.get((_together(row), body.get("item"))) if row.kind == "due_changed" else None
        if act is None:
            kept.append((row, body))
        else:
            act["due"] = body.get("due")
    return kept


def _together(row: Any) -> Hashable:
    """Return what the entries of one verb of one person have in common."""
    return (row.recorded_at, row.unit_id, row.person_id)


def _registered(body: Mapping[str, Any]) -> str:
    if body["state"] == "exited":
        reason = body.get("reason")
        return f"退出台账：{reason}" if reason else "退出台账"
    if body["state"] == "listed":
        return "列入台账" if body["in_scope"] else "经核对已不在台账范围，待退出"
    return "经核对不在台账范围，未列入"


def _due(body: Mapping[str, Any]) -> str:
    due = body.get("due")
    return f"，{shown(datetime.fromisoformat(due), at=body[_TOLD])}前办结" if due else ""


def _by(body: Mapping[str, Any]) -> str:
    """Return by how much, or until when, a limit was extended."""
    if body.get("until"):
        day = date.fromisoformat(body["until"])
        return f"至{day.month}月{day.day}日"
    return length_words(feel.parse_duration(str(body["length"])), working=body.get("working") is True)


def _version(body: Mapping[str, Any]) -> str:
    return f"（更正，第{body['version']}版）" if body["version"] > 1 else ""


SAID = "event_said"
#: What a unit does itself; everything else recorded with it follows from it.
_OF_ITEMS = frozenset({"item_claimed", "item_released", "item_completed"})
_OF_LIMITS = frozenset({"limit_extended", "limit_suspended", "limit_resumed"})
#: Hand-overs, questions and opinions are of units that have or are asked about the item; urging is not.
_OF_HANDS = frozenset(
    {"item_transferred", "item_delegated", "item_returned", "item_withdrawn"}
    | {"item_consulted", "consult_cancelled", "opinion_given", "press_answered", "item_corrected"}
)
_OWN_ACTS = _OF_ITEMS | _OF_LIMITS | _OF_HANDS | {SAID}

#: Kind of notice → the mark of its line, and its words.
_NOTICES = {
    "reminder": ("now", "“{task}”时限已用去八成，提醒{unit}"),
    "overdue": ("over", "“{task}”超期，提醒{unit}"),
    "escalated": ("over", "“{task}”超期已达时限一倍，报告{unit}"),
    "watch": ("over", "“{task}”尚未办结，须留意的时限已到，提醒{unit}"),
    "moved": ("evt", "“{task}”移送，告知{unit}"),
    "extended": ("evt", "“{task}”延期，告知{unit}"),
    "suspended": ("evt", "“{task}”中止计时，告知{unit}"),
    "resumed": ("evt", "“{task}”恢复计时，告知{unit}"),
    "recounted": ("evt", "“{task}”时限重新推算，告知{unit}"),
    "told": ("evt", "“{task}”已办结，通知{unit}"),
    "corrected": ("evt", "“{task}”有更正，通知{unit}"),
    # The line of the act itself says whom it concerns.
    **dict.fromkeys(
        ("transferred", "returned", "withdrawn", "urged", "pressed", "answered", "consulted", "opinion"), ("evt", "")
    ),
    "relayed": ("evt", "“{task}”已办结，请{unit}告知家庭"),
}

#: Where an entry keeps when it was told, beside what the journal holds.
_TOLD = "told at"
_WORDS: Mapping[str, Callable[[Teller, dict[str, Any]], tuple[str, str]]] = {
    "case_opened": lambda _t, _b: ("evt", "个案开立"),
    "case_closed": lambda _t, _b: ("done", "各程序均已结束，个案办结"),
    "case_merged": lambda _t, _b: ("evt", "并入另一个案"),
    "instance_started": lambda t, b: ("evt", f"启动“{t.procedure(b['procedure'])}”"),
    "instance_ended": lambda t, b: (
        "done",
        spelled(t.release, f"“{t.procedure(b['procedure'])}”结束：{b.get('end') or '完成'}"),
    ),
    "cycle_begun": lambda t, b: ("evt", f"{period_named(b['period']).label}的“{t.procedure(b['procedure'])}”开始"),
    "child_changed": lambda _t, b: ("evt", f"儿童档案更正 {len(b['keys'])} 项"),
    "children_joined": lambda _t, _b: ("evt", "两份儿童档案合并，本案随之转入保留的档案"),
    "children_parted": lambda _t, _b: ("evt", "档案合并已撤销，本案转回原档案"),
    "register_decided": lambda _t, b: ("done", _registered(b)),
    "message_unheard": lambda _t, _b: ("evt", "本案没有环节需要这一情况，未启动办理"),
    "start_attached": lambda t, b: ("evt", f"再次提请“{t.procedure(b['procedure'])}”，并入在办程序"),
    "item_opened": lambda t, b: ("now", f"{b['name']}：交{t.unit_name(b)}办理{_due(b)}"),
    "item_claimed": lambda t, b: ("evt", f"签收“{t.item(b)}”"),
    "item_released": lambda t, b: ("evt", f"退还“{t.item(b)}”，待本单位他人签收"),
    "item_completed": lambda t, b: ("done", f"办结“{t.item(b)}”"),
    "item_cancelled": lambda t, b: ("evt", f"“{t.item(b)}”因程序推进而取消"),
    "item_moved": lambda t, b: ("evt", f"“{t.item(b)}”移送{t.unit_name(b)}办理"),
    "item_transferred": lambda t, b: ("evt", f"“{t.item(b)}”转办，交{t.unit_name(b)}办理"),
    "item_delegated": lambda t, b: ("evt", f"“{t.item(b)}”委派{t.person(b)}办理"),
    "item_returned": lambda t, b: ("evt", f"“{t.item(b)}”退回{t.back(b)}"),
    "item_withdrawn": lambda t, b: ("evt", f"“{t.item(b)}”撤回{t.back(b)}"),
    "item_handed_over": lambda t, b: ("evt", f"“{t.item(b)}”移交{t.person(b)}办理"),
    "item_consulted": lambda t, b: ("evt", f"“{t.item(b)}”加签，请{t.person(b) or t.unit_name(b)}提出意见"),
    "opinion_given": lambda t, b: ("done", f"对“{t.item(b)}”提出意见"),
    "consult_cancelled": lambda t, b: ("evt", f"“{t.item(b)}”撤销加签"),
    "item_urged": lambda t, b: ("now", f"催办“{t.item(b)}”"),
    "item_pressed": lambda t, b: ("over", f"督办“{t.item(b)}”"),
    "press_answered": lambda t, b: ("done", f"答复对“{t.item(b)}”的督办"),
    "item_corrected": lambda t, b: (
        "evt",
        f"更正“{t.item(b)}”所填内容 {len(b['fields'])} 项，原内容和更正内容见“各环节所填内容”",
    ),
    "facts_corrected": lambda t, b: ("evt", f"“{t.item(b)}”更正后的内容供此后的环节使用，已走过的环节不变"),
    "due_changed": lambda t, b: ("evt", t.due(b)),
    "limit_extended": lambda t, b: ("evt", f"“{t.item(b)}”延期{_by(b)}{_due(b)}"),
    "limit_suspended": lambda t, b: ("evt", f"“{t.item(b)}”中止计时"),
    "limit_resumed": lambda t, b: ("evt", f"“{t.item(b)}”恢复计时{_due(b)}"),
    "timer_fired": lambda t, b: t.timer(b),
    "message_awaiting": lambda _t, _b: ("evt", "所需程序尚未开通，待开通后办理"),
    "event_said": lambda t, b: ("evt", f"登记：{t.event(b['event'])}"),
    "notice_sent": lambda t, b: t.notice(b),
    "document_made": lambda _t, b: ("done", f"形成文书：{b['name']}"),
    "paper_issued": lambda _t, b: ("evt", f"出具文书：{b['name']}{_version(b)}"),
    "paper_signed": lambda _t, b: ("evt", f"文书签名件归卷：{b['name']}"),
    "paper_served": lambda _t, b: ("done", f"文书送达：{b['name']}"),
    "paper_filed": lambda _t, b: ("done", f"文书归档：{b['name']}"),
    "paper_moved": lambda _t, b: ("evt", f"文书原件移存：{b['name']}"),
    "incident_opened": lambda _t, _b: ("over", "办理出现异常，已通知管理员"),
    "file_attached": lambda _t, _b: ("evt", "收存附件"),
}
