"""Tells the steps of a counter-example in the words of the diagram. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.findings import Move
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.soundness.net import Net
from engine.bpmn.soundness.search import Graph, Step
from engine.bpmn.soundness.states import State, place_of


def title(node: Node) -> str:
    """Return what people call a node."""
    return f"“{node.name or node.element}”"


def titles(model: ProcedureModel, elements: Iterable[str]) -> str:
    """Return what people call several nodes, each once."""
    return "、".join(dict.fromkeys(title(model.nodes[element]) for element in elements))


def tell(net: Net, graph: Graph, way: Iterable[int], around: tuple[str, ...] = ()) -> tuple[Move, ...]:
    """Return the moves along these states; ``around`` are the tokens outside the level."""
    seen = (number for number in way if graph.steps[number].act.what != "stay away")
    return tuple(_move(net, graph.steps[number], graph.states[number], around) for number in seen)


def _move(net: Net, step: Step, state: State, around: tuple[str, ...]) -> Move:
    places = (place_of(token) for token in state.tokens)
    standing = tuple(net.element(place) for place in places if not net.places[place].is_door)
    passed = [net.places[number].node for number in step.passed if number != step.act.place]
    words = _act(net, step)
    if passed:
        words += f"，经过{'、'.join(dict.fromkeys(title(node) for node in passed))}"
    words += f"，停在{titles(net.model, standing)}" if standing else "，全部结束"
    return Move(element=net.element(step.act.place), words=words, tokens=(*around, *standing))


def _act(net: Net, step: Step) -> str:
    place = net.places[step.act.place]
    called = title(place.node)
    match step.act.what:
        case "start" if step.before >= 0:
            return f"又有人从{called}进入"
        case "start":
            return f"从{called}开始"
        case "done" if place.node.kind == "subProcess":
            return f"子过程{called}办完"
        case "done":
            return f"办结{called}"
        case "due":
            return f"{called}到期"
        case _:
            return f"收到消息 {step.act.message}（{called}）"
