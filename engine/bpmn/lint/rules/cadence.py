"""Cadences that no clock could begin. Their spelling engine.bpmn.directoryfiles looks at."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.cadences import months_of
from engine.bpmn.directory import CHILD, FAMILY, GROUP, Cadence
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.core.cadences import YEAR

RULE = Rule(name="cadence", says="周期要敲得开门，写明轮到谁、多久一次", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the cadences that name what is not there; a file alone says nothing of what there is."""
    for one in parts.jurisdiction.cadences if parts.models else ():
        for message in _wrong(parts, one):
            yield RULE.at_file(parts.file, f"周期“{one.key}”{message}", element=one.key, line=one.line)


def _wrong(parts: Parts, one: Cadence) -> Iterator[str]:
    taken = one.message in parts.elsewhere or any(model.door(one.message) for model in parts.models.values())
    if not taken:
        yield f"的消息“{one.message}”不是任何已发布过程的开始事件：请改消息名，或发布那个过程"
    role = parts.roles.get(one.each)
    if one.each != CHILD and (role is None or role.kind in {GROUP, FAMILY}):
        yield f"的 each“{one.each}”不在角色表中：请写一个角色，或写 {CHILD}（台账内的每名儿童）"
    months = months_of(one.every, {key: known.raw for key, known in parts.jurisdiction.parameters.items()})
    if not months:
        yield f"的 every“{one.every}”不是一个周期：请写 P1M、P3M、P6M、P1Y，或写值为其一的参数"
    elif one.month != 1 and months != YEAR:
        yield "不是一年一次，不能写起始月（month）"
    for clause in one.clauses:
        if clause not in parts.clauses:
            yield f"的条文“{clause}”不在条文表中"
    yield from _when(parts, one)


def _when(parts: Parts, one: Cadence) -> Iterator[str]:
    if not one.when:
        return
    if one.each != CHILD:
        yield "不是逐个儿童办理，不能写条件（when）"
    try:
        feel.compile(one.when, frozenset({"case", *parts.parameters}))
    except feel.FeelError as error:
        yield f"的条件 {one.when!r} 无法使用：{error}"
