"""The sentences of the findings: the culprit, why, and what to draw instead. Pure."""

from __future__ import annotations

from collections.abc import Collection

from engine.bpmn.graph import following, reachable
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.rules import improper_completion, lack_of_synchronisation
from engine.bpmn.soundness.meeting import Meeting, merge_before
from engine.bpmn.soundness.net import Kind, Net, Place
from engine.bpmn.soundness.states import State, came_by, place_of
from engine.bpmn.soundness.told import title, titles
from engine.bpmn.soundness.witness import Witness


def merging(net: Net, meeting: Meeting) -> tuple[int, Rule]:
    """Return the culprit: the node where two tokens come together, or the end that both reach."""
    if net.places[meeting.at].kind is Kind.END:
        return meeting.at, improper_completion.RULE
    return merge_before(net, meeting.at), lack_of_synchronisation.RULE


def two_come(net: Net, meeting: Meeting, witness: Witness) -> str:
    """Say that two tokens come to one place."""
    split = _split(net, passed(witness), meeting.at, {Kind.FORK, Kind.SOME})
    both = f"从{title(net.places[split].node)}分开的两条路" if split is not None else "同时在走的两条路"
    culprit, rule = merging(net, meeting)
    end = title(net.places[meeting.work].node)
    if rule is improper_completion.RULE:
        mend = "请各画一个结束事件" if split is None else f"请先用{_join_for(net, split)}汇合，或者各画一个结束事件"
        return f"{both}各自走到结束事件{end}，一次办理会结束两遍：{mend}"
    here = title(net.places[culprit].node)
    twice = f"{both}在{here}合在一起却不互相等待，{_twice(net.places[meeting.work])}"
    if split is None:
        return f"{twice}：请让旁边的那条路自己走到结束，不要并回来"
    return f"{twice}：请改用{_join_for(net, split)}汇合"


def _twice(work: Place) -> str:
    called = title(work.node)
    if work.joins:
        return f"后面的汇合{called}会从同一条路等到两次"
    return f"后面的{called}会{'到' if work.kind is Kind.END else '办'}两遍"


def _join_for(net: Net, split: int) -> str:
    return "包容网关" if net.places[split].kind is Kind.SOME else "并行网关"


def passed(witness: Witness) -> list[int]:
    """Return the places that tokens passed in a run, in order."""
    return [place for number in witness.way for place in witness.graph.steps[number].passed]


def _split(net: Net, row: list[int], goal: int, kinds: Collection[Kind]) -> int | None:
    """Return the last gateway of these kinds in a row of places passed of which several flows lead to a place."""
    ways, wanted = following(net.model), net.element(goal)
    for number in reversed(row):
        place = net.places[number]
        heads = [net.element(way.target) for way in place.ways] if place.kind in kinds else []
        if sum(wanted == head or wanted in reachable(ways, head, without=net.element(number)) for head in heads) > 1:
            return number
    return None


# -- stuck -----------------------------------------------------------------------------------------


def culprits(net: Net, state: State) -> list[int]:
    """Return what a stuck state is stuck at; a join that waits for another stuck token is its neighbour only."""
    ways = following(net.model)
    here = {place_of(token) for token in state.tokens}
    found = []
    for token in state.tokens:
        number = place_of(token)
        others = {net.element(other) for other in here - {number}}
        lacking = {net.element(source) for source in lacks(net, token)}
        behind = {
            one for one in others if one in lacking or lacking & reachable(ways, one, without=net.element(number))
        }
        if not (net.places[number].joins and behind):
            found.append(number)
    return list(dict.fromkeys(found or sorted(here)))


def lacks(net: Net, token: int) -> list[int]:
    """Return the nodes from which a join still waits for a token."""
    place = net.places[place_of(token)]
    return [source for way, source in enumerate(place.sources) if not came_by(token, way)] if place.joins else []


def nothing_moves(net: Net, culprit: int, witness: Witness) -> str:
    """Say why the last state of a run is stuck at a node."""
    state = witness.graph.states[witness.way[-1]]
    place = net.places[culprit]
    called = title(place.node)
    if place.joins:
        token = next(token for token in state.tokens if place_of(token) == culprit)
        wanted = titles(net.model, (net.element(source) for source in lacks(net, token)))
        came = titles(net.model, (net.element(s) for way, s in enumerate(place.sources) if came_by(token, way)))
        kind = "并行汇合" if place.kind is Kind.FORK else "包容汇合"
        why = f"{kind}{called}已等到{came}，还在等{wanted}那条路，而那条路不会有人走来，这一件永远办不完"
        return f"{why}：{_mend_join(net, culprit, witness)}"
    said = "、".join(messages_at(net, culprit))
    why = f"办到{called}时只等消息 {said}，而这个消息没有人会发，这一件永远停在这里"
    return f"{why}：请补上发出它的事件或过程，或另画一条到期的路"


def _mend_join(net: Net, join: int, witness: Witness) -> str:
    split = _split(net, passed(witness), join, {Kind.CHOICE, Kind.FORK, Kind.SOME})
    if split is None:
        return "请让几条路都从同一个并行网关分开，再在这里汇合"
    if net.places[split].kind is Kind.FORK:
        return f"从{title(net.places[split].node)}分开的路中途离开了，请让它也走到这里，或改用包容网关汇合"
    kind = "包容网关汇合" if net.places[split].kind is Kind.SOME else "排他网关合并"
    return f"这几条路从{title(net.places[split].node)}分开，不一定都走，请改用{kind}"


def messages_at(net: Net, place: int) -> list[str]:
    """Return the messages that a token at a place waits for."""
    own = net.places[place]
    events = [own] if own.message else [net.places[way.target] for way in own.ways]
    return list(dict.fromkeys(event.message for event in events if event.message))


def runs_for_ever(net: Net, state: State) -> tuple[int, str]:
    """Return what keeps the tokens of a state turning, and the sentence."""
    ways = following(net.model)
    ahead = {element: reachable(ways, element) for element in net.number}
    near = list(dict.fromkeys(net.element(place_of(token)) for token in state.tokens))
    every = dict.fromkeys([*near, *(one for element in near for one in sorted(ahead[element]))])
    for element in every:
        if element in ahead[element] and all(element in ahead[one] for one in ahead[element]):
            return _no_way_out(net, sorted(net.number[one] for one in ahead[element] if one in net.number))
    for element in every:
        place = net.places[net.number[element]] if element in net.number else None
        if place is not None and place.kind is Kind.FORK and element in ahead[element]:
            called = title(place.node)
            why = f"{called}分开的路里有一条绕回来，每绕一圈又分开一次，绕的那条路不会停，这一件永远办不完"
            return net.number[element], f"{why}：请在绕回的路上画一个排他网关，留一条走向结束的路"
    return _no_way_out(net, sorted(net.number[element] for element in near))


def _no_way_out(net: Net, inside: list[int]) -> tuple[int, str]:
    choices = [p for p in inside if net.places[p].kind is Kind.CHOICE and len(net.places[p].ways) > 1]
    entered = [p for p in inside if any(source not in inside for source in net.places[p].sources)]
    culprit = (choices or entered or inside)[0]
    works = [net.element(p) for p in inside if net.places[p].kind in {Kind.WORK, Kind.CATCH, Kind.RACE}]
    row = titles(net.model, works or [net.element(culprit)])
    called = title(net.places[culprit].node)
    return culprit, f"走到{called}以后只会在{row}这里打转，走不到任何结束事件：请在回路上画一个网关，留一条走向结束的路"


# -- never reached ---------------------------------------------------------------------------------


def never_reached(place: Place) -> str:
    """Say that no run comes to a node."""
    called = title(place.node)
    if place.joins:
        return f"汇合{called}要等的几条路从来不会都走来，它和后面的都永远不会办：请检查这几条路是从什么网关分开的"
    return f"没有一种情形会走到{called}，它永远不会办：请改前面网关的条件，或删去它"


def never_sent(place: Place) -> str:
    """Say that a message which a node waits for is never sent."""
    why = f"{title(place.node)}等的消息 {place.message} 没有人会发，这条路永远走不到"
    return f"{why}：请补上发出它的事件或过程，或删去这条路"
