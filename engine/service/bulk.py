"""The same verb on many items: each is authorised and done by itself, and one that is refused stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.core.errors import NotFound, Refused, ShouhuError
from engine.core.model import Acting
from engine.service.casework import Casework
from engine.service.handing import Handing
from engine.service.pressing import Pressing
from engine.service.unit import Database
from engine.store import absences, acts

#: A page of a list, and no more.
MOST = 50
#: Item and the version that was seen.
Seen = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of one item; what is not the person's has no name."""

    item_id: int
    child_code: str
    name: str
    done: bool
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody of a unit that the person heads."""

    id: int
    name: str
    unit_name: str


class Bulk:
    """The verbs that are safe for many at once."""

    def __init__(self, database: Database, casework: Casework, handing: Handing, pressing: Pressing) -> None:
        self._database = database
        self._casework = casework
        self._handing = handing
        self._pressing = pressing

    def claim(self, acting: Acting, items: Sequence[Seen]) -> list[Outcome]:
        return self._each(acting, items, self._casework.claim, "已签收，由您办理")

    def release(self, acting: Acting, items: Sequence[Seen]) -> list[Outcome]:
        return self._each(acting, items, self._casework.release, "已退还本单位，等待他人签收")

    def delegate(self, acting: Acting, items: Sequence[Seen], person_id: int, *, reason: str) -> list[Outcome]:
        def one(acting: Acting, item_id: int, seen: int) -> None:
            self._handing.delegate(acting, item_id, person_id, reason=reason, seen=seen)

        return self._each(acting, items, one, "已委派")

    def urge(self, acting: Acting, items: Sequence[Seen], *, reason: str) -> list[Outcome]:
        def one(acting: Acting, item_id: int, _seen: int) -> None:
            self._pressing.urge(acting, item_id, reason=reason)

        return self._each(acting, items, one, "已催办")

    def labels(self, acting: Acting, items: Iterable[Seen]) -> dict[int, tuple[str, str]]:
        """Return the child's code and the name of those items that are the person's units'."""
        with self._database.unit(acting) as unit:
            return acts.labels(unit.connection, [item_id for item_id, _ in items], acting.unit_ids)

    def members(self, acting: Acting) -> list[Member]:
        """Return the people of the units that the person heads."""
        headed = [one.id for one in acting.units if one.head]
        with self._database.unit(acting) as unit:
            found = absences.members_of(unit.connection, headed, unit.now)
            return [Member(id=one.person_id, name=one.name, unit_name=one.unit_name) for one in found]

    def _each(
        self, acting: Acting, items: Sequence[Seen], verb: Callable[[Acting, int, int], None], done: str
    ) -> list[Outcome]:
        if not items:
            raise Refused("没有勾选事项，请先在列表中勾选")
        if len(items) > MOST:
            raise Refused(f"一次最多办理 {MOST} 件，请分几次办理")
        labels = self.labels(acting, items)
        outcomes = []
        for item_id, seen in items:
            code, name = labels.get(item_id, ("", ""))
            well, sentence = _tried(verb, acting, item_id, seen)
            outcomes.append(Outcome(item_id=item_id, child_code=code, name=name, done=well, sentence=sentence or done))
        return outcomes


def _tried(verb: Callable[[Acting, int, int], None], acting: Acting, item_id: int, seen: int) -> tuple[bool, str]:
    """Return whether the verb was done, and the sentence where it was not; each is a unit of work of its own."""
    try:
        verb(acting, item_id, seen)
    except NotFound:
        return False, "没有这件待办，或者不属于您的单位"
    except ShouhuError as refused:
        return False, refused.sentence
    return True, ""
