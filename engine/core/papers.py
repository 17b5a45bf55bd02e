"""What may be done with a paper, one act after the other. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.errors import Refused

MADE, PRINTED, SIGNED, SERVED, FILED = "made", "printed", "signed", "served", "filed"
#: In the order in which a paper goes through them.
STATES = (MADE, PRINTED, SIGNED, SERVED, FILED)
ISSUE, SIGN, SERVE, FILE, MOVE = "issue", "sign", "serve", "file", "move"
ACTS = (ISSUE, SIGN, SERVE, FILE, MOVE)
#: How a paper reaches who it is for; left with a witness where it is refused (民事诉讼法, 送达).
WAYS: Mapping[str, str] = {"in_person": "当面送达", "post": "邮寄送达", "left": "留置送达", "electronic": "电子送达"}
WITNESSED = frozenset({"left"})

#: Act → the states in which it may be done, and the state afterwards ("" where it stays).
_STEPS: Mapping[str, tuple[frozenset[str], str]] = {
    ISSUE: (frozenset({MADE, PRINTED, SIGNED, SERVED}), PRINTED),
    SIGN: (frozenset({PRINTED}), SIGNED),
    SERVE: (frozenset({PRINTED, SIGNED, SERVED}), SERVED),
    FILE: (frozenset({PRINTED, SIGNED, SERVED}), FILED),
    MOVE: (frozenset({PRINTED, SIGNED, SERVED, FILED}), ""),
}
_REFUSED: Mapping[str, str] = {
    ISSUE: "这份文书已经归档，不能再出具；内容有误的，请先说明情况，另行制作",
    SIGN: "这份文书还没有打印，或者已经登记过签名件；请先出具并打印",
    SERVE: "这份文书还没有打印，或者已经归档，不能登记送达",
    FILE: "这份文书还没有打印，或者已经归档",
    MOVE: "这份文书还没有打印，没有原件可以移存",
}


def after(state: str, act: str) -> str:
    """Return the state of a paper after an act.

    Raises:
        Refused: the act cannot be done in this state.
    """
    allowed, then = _STEPS[act]
    if state not in allowed:
        raise Refused(_REFUSED[act])
    return then or state


def possible(state: str) -> frozenset[str]:
    """Return the acts that can be done in a state."""
    return frozenset(act for act, (allowed, _) in _STEPS.items() if state in allowed)
