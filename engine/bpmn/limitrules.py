"""Reads how a limit is counted, and who may suspend or extend it, from its parameter. Runs nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from engine import feel
from engine.bpmn.directory import FAMILY, Authority, Role
from engine.bpmn.safetext import line_of, texts
from engine.core.civil import DaysDuration, Length, MonthsDuration
from engine.core.deadlines import AT_ONCE, Days, Rule, is_positive

if TYPE_CHECKING:
    from engine.bpmn.directoryfiles import Reader

RULE_WORDS = ("days", "first_day", "roll")
SUSPEND, EXTEND = "suspend", "extend"
#: All that a parameter may say.
WORDS = frozenset({"value", "source", "default", "word", *RULE_WORDS, SUSPEND, EXTEND})
_MAY_SAY = {
    SUSPEND: frozenset({"by", "source", "default"}),
    EXTEND: frozenset({"by", "source", "default", "most", "times"}),
}
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(slots=True)
class LimitReader:
    """Reads what one parameter says of its limit; problems go to the reader of the file."""

    key: str
    entry: Mapping[str, Any]
    roles: Mapping[str, Role]
    reader: Reader

    def check_words(self) -> None:
        """Say which words are none of a parameter's, and which do not fit its value."""
        self._refuse_unknown(self.entry, WORDS, f"参数“{self.key}”")
        said = [word for word in (*RULE_WORDS, SUSPEND, EXTEND) if word in self.entry]
        length = _length(self.entry["value"])
        if said and length is None:
            self._problem(f"参数“{self.key}”的值不是一段时间，不能写 {said[0]}", said[0])
        counted = [word for word in said if word in RULE_WORDS]
        if isinstance(length, DaysDuration) and length.is_exact and counted:
            message = f"“{self.key}”按小时、分钟计，到点即止，不能写 {counted[0]}：请按天写期限，或删去它"
            self._problem(message, counted[0])
        if isinstance(length, MonthsDuration) and self.entry.get("days") == Days.WORKING:
            message = f"“{self.key}”按月、年计，没有工作月：请按天写期限，或删去 days（末日遇休息日请用 roll）"
            self._problem(message, "days")

    def rule(self) -> Rule | None:
        """Return how it is counted, or None where the parameter says nothing of it."""
        if not any(word in self.entry for word in RULE_WORDS):
            return None
        plain = Rule()
        return Rule(
            days=self._word("days", plain.days),
            first_day=self._word("first_day", plain.first_day),
            roll=self._word("roll", plain.roll),
        )

    def authority(self, act: str) -> Authority | None:
        """Return who may suspend or extend it, or None where nobody may."""
        if act not in self.entry:
            return None
        said = self.entry[act]
        if not isinstance(said, Mapping):
            self._problem(f"参数“{self.key}”的 {act} 要写成 {{by: [角色], source: 条文}}", act)
            return None
        self._refuse_unknown(said, _MAY_SAY[act], f"参数“{self.key}”的 {act} ")
        source, default = str(said.get("source") or ""), said.get("default") is True
        if not source and not default:
            self._problem(f"参数“{self.key}”的 {act} 要有条文（source）或标明 default: true", act)
        return Authority(
            by=self._roles(said, act),
            source=source,
            default=default,
            most=self._most(said),
            times=self._times(said),
        )

    def _word(self, key: str, plain: _Word) -> _Word:
        kind = type(plain)
        text = self.entry.get(key, plain.value)
        found = next((one for one in kind if one == text), None)
        if found is None:
            words = "、".join(kind)
            self._problem(f"参数“{self.key}”的 {key} 写成“{text}”，只能是 {words}", key)
        return found or plain

    def _roles(self, said: Mapping[str, Any], act: str) -> tuple[str, ...]:
        named = texts(said.get("by"))
        if not named:
            self._problem(f"参数“{self.key}”的 {act} 没有写由谁决定（by）", act)
        for role in named:
            if role not in self.roles or self.roles[role].kind == FAMILY:
                message = f"参数“{self.key}”的 {act}：“{role}”不在角色表中，或不是能办理的角色"
                self._problem(message, "by", said, rule="unknown-role")
        return named

    def _most(self, said: Mapping[str, Any]) -> Length | None:
        if "most" not in said:
            return None
        length = _length(said["most"])
        if length is None or not is_positive(length):
            self._problem(f"参数“{self.key}”的 most 要是一段大于零的时间，如 P5D", "most", said)
            return None
        return length

    def _times(self, said: Mapping[str, Any]) -> int | None:
        times = said.get("times")
        if times is None:
            return None
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            self._problem(f"参数“{self.key}”的 times 要是不小于 1 的整数", "times", said)
            return None
        return times

    def _refuse_unknown(self, said: Mapping[str, Any], known: Collection[str], whose: str) -> None:
        for word in said:
            if word not in known:
                self._problem(f"{whose}不认识“{word}”，可以写 {'、'.join(sorted(known))}", word, said)

    def _problem(
        self, message: str, word: str, said: Mapping[str, Any] | None = None, *, rule: str = "limit-rule"
    ) -> None:
        line = line_of(self.entry if said is None else said, word)
        self.reader.problem(rule, message, element=self.key, line=line)


def _length(raw: Any) -> Length | None:
    """Return a length as it is written, or None for all else; what is no time at all is said elsewhere."""
    if not isinstance(raw, str) or raw == AT_ONCE:
        return None
    try:
        return feel.parse_duration(raw)
    except feel.FeelError:
        return None
