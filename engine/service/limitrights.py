"""Who may do what to the limit of an item, and the sentence where they may not; all of it is data of its parameter."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.bpmn.directory import Authority, Parameter
from engine.bpmn.model import TaskModel
from engine.core.deadlines import AT_ONCE
from engine.core.errors import Refused
from engine.core.model import Acting, ActingUnit
from engine.service.limitchanges import EXTEND, RESUME, SUSPEND, extensions
from engine.service.limitviews import May
from engine.service.limitwords import is_working, length_words
from engine.service.refusals import expanded
from engine.service.running import Live, OpenItem, RunningCase
from engine.service.telling import shown

VERBS = (EXTEND, SUSPEND, RESUME)
WORDS = {EXTEND: "延期", SUSPEND: "中止计时", RESUME: "恢复计时"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """The unit and role in which somebody changes a limit, and what gives them the power."""

    unit: ActingUnit
    role: str
    authority: Authority


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An open item with all that decides about its limit; ``units`` are the person's that may read the case."""

    case: RunningCase
    item: OpenItem
    live: Live
    task: TaskModel
    units: Sequence[ActingUnit]

    @property
    def parameter(self) -> Parameter | None:
        return self.live.release.sources.get(self.item.limit_name or "")

    @property
    def is_working(self) -> bool:
        """Whether the limit counts working days."""
        rule = self.live.release.rules.get(self.item.limit_name or "")
        return rule is not None and is_working(rule)

    @property
    def extended(self) -> int:
        """How often this limit was extended since it began."""
        return len(extensions(self.item.changes, self.item.opened_at))


def place_of(case: RunningCase, item: OpenItem, acting: Acting, readers: Sequence[int]) -> Place:
    """Return what decides about an item's limit; ``readers`` are the units that may read the case."""
    live = case.instances[item.instance_id]
    units = [unit for unit in acting.units if unit.id in readers]
    return Place(case=case, item=item, live=live, task=live.procedure.model.tasks[item.element], units=units)


def may(at: Place) -> May:
    """Return what the person may do with the limit now."""
    found: dict[str, Right] = {}
    for verb in VERBS:
        with suppress(Refused):
            found[verb] = require(at, verb)
    extend = found[EXTEND].authority if EXTEND in found else None
    any_of_them = next(iter(found.values()), None)
    return May(
        verbs=frozenset(found),
        most=length_words(extend.most, working=at.is_working) if extend else "",
        left=extend.times - at.extended if extend and extend.times is not None else None,
        source=authority_words(any_of_them.authority) if any_of_them else "",
    )


def has_power(at: Place) -> bool:
    """Say whether a unit of the person may change the limit at all, be it not now."""
    powers = (at.parameter.extend, at.parameter.suspend) if at.parameter else ()
    return any(one is not None and _held(at, one) is not None for one in powers)


def require(at: Place, verb: str) -> Right:
    """Return the right to do this to the limit now.

    Raises:
        Refused: nothing gives such a power, others have it, or the limit does not stand so; with what to do.
    """
    parameter = at.parameter
    authority = None if parameter is None else parameter.extend if verb == EXTEND else parameter.suspend
    if authority is None or parameter is None or parameter.raw == AT_ONCE:
        way = "请在时限内办结" if verb == EXTEND else "时限继续计算，请按期办结"
        raise Refused(f"没有规定“{at.item.name}”可以{WORDS[verb]}。{way}；确需调整的，请报政策人员在参数中写明依据")
    right = _right(at, verb, authority)
    _require_state(at, verb)
    if verb == EXTEND and authority.times is not None and at.extended >= authority.times:
        raise Refused(
            f"“{at.item.name}”已延期{at.extended}次，按规定最多{authority.times}次，不能再延期。请于 {_due(at)} 前办结"
        )
    return right


def _right(at: Place, verb: str, authority: Authority) -> Right:
    right = _held(at, authority)
    if right is not None:
        return right
    names = "、".join(at.live.release.role_name(role) for role in authority.by)
    raise Refused(f"“{at.item.name}”{WORDS[verb]}由{names}决定，您的单位没有这项权限。请向其提出")


def _held(at: Place, authority: Authority) -> Right | None:
    """Return the first unit of the person that holds a role with the power, if one does.

    A role that does the task itself has the power over its own items alone: a neighbour's are not its business.
    """
    allowed = expanded(at.live.release, map(at.live.release.role_key, authority.by))
    own = {at.item.role, *at.live.release.expand(at.task.role)}
    for unit in at.units:
        for role in sorted(unit.roles & allowed):
            if role not in own or unit.id in at.item.candidates:
                return Right(unit=unit, role=role, authority=authority)
    return None


def _require_state(at: Place, verb: str) -> None:
    item, name = at.item, f"“{at.item.name}”"
    if verb == RESUME:
        if item.suspended_at is None:
            raise Refused(f"{name}没有中止计时，时限正在计算，不需要恢复")
        if item.suspended_at > at.case.now:  # the clock was set back
            since = shown(item.suspended_at, at=at.case.now)
            raise Refused(f"{name}自 {since} 起中止计时，系统时间还没有到那时。请管理员核对系统时间，然后再恢复计时")
        return
    if item.suspended_at is not None:
        since = shown(item.suspended_at, at=at.case.now)
        raise Refused(
            f"{name}自 {since} 起已中止计时。" + ("请先恢复计时，再延期" if verb == EXTEND else "不需要再次中止")
        )
    if item.due_at is None:
        raise Refused(f"{name}没有时限，不需要{WORDS[verb]}")
    if item.due_at <= at.case.now:
        raise Refused(
            f"{name}已于 {_due(at)} 到期，{WORDS[verb]}须在到期以前提出。请尽快办结，并在办理情况中说明逾期原因"
        )
    if _is_drawn(at):
        raise Refused(f"{name}的时限在程序图中另有定时事件计算，不能单独{WORDS[verb]}。请按程序图办理")


def _is_drawn(at: Place) -> bool:
    """Say whether a timer on the task counts the same limit from another start: it would fire all the same."""
    model, task = at.live.procedure.model, at.task
    hosted = {node.element for node in model.nodes.values() if node.host == at.item.element}
    same = [one for one in model.timers.values() if one.element in hosted and one.text == at.item.limit_name]
    reckoned = task.start is not None or (task.limit is not None and task.limit.feel is not None)
    return any((reckoned or one.start is not None) and not one.cycle for one in same)


def authority_words(authority: Authority) -> str:
    """Return where the power comes from."""
    if authority.source:
        return f"依据条款 {authority.source}"
    return "本区设定，文件未作规定"


def _due(at: Place) -> str:
    return shown(at.item.due_at, at=at.case.now) if at.item.due_at else ""
