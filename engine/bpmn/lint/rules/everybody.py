"""Work or news for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="everybody", says="任务、启动和告知要给指定的角色，不能给所有人")

_EVERYBODY = frozenset(
    {
        *("*", "%", "all", "any", "anyone", "anybody", "everyone", "everybody", "public", "users", "user", "guest"),
        *("所有人", "全部", "任何人", "全体", "公众", "不限", "全员"),
    }
)


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find roles, starters, notices and lanes that stand for anybody at all."""
    for lane in elements(root, "lane"):
        if _is_everybody(lane.get("id")):
            yield RULE.at(lane, f"泳道“{lane.get('id')}”是所有人：请写角色表里的一个角色", file=file)
    for element in elements(root, "userTask", "startEvent", "intermediateThrowEvent", "endEvent"):
        given = props.read_properties(element)
        named = [("办理角色", one) for one in _roles(given.get("role"))]
        named += [("启动角色", one) for one in props.names(given.get("starters"))]
        named += [("告知对象", one.name) for one in props.named_list(given.get("notify"))]
        for what, role in named:
            if _is_everybody(role):
                message = f"{called(element)}的{what}写了“{role}”，儿童的信息会对所有人公开：请写角色表里的角色"
                yield RULE.at(element, message, file=file)


def _roles(text: str | None) -> list[str]:
    return [one for group in (text or "").split("+") for one in props.alternatives(group)]


def _is_everybody(role: str | None) -> bool:
    said = (role or "").strip()
    return said.strip("@").casefold() in _EVERYBODY or (said != "" and said.strip("@") == "")
