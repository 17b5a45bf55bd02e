"""Draws small diagrams at random: of blocks, which are sound, and with one gateway or flow changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bpmn.builder import boundary, catch, diagram, end, flow, gate, message, start, sub, throw, timer, user

#: Where a block is entered and left.
Ways = tuple[str, str]

PLAIN = ["task", "row", "exclusive", "parallel", "inclusive", "watched", "loop"]
#: What only rich drawings have; no subprocesses, since what is sent from outside of one is taken as sure to come.
RICH = ["race", "wait", "tell", "aside"]
MESSAGES = ("heard", "unheard")


@dataclass
class Drawing:
    """A diagram as parts that can still be changed."""

    draw: random.Random
    rich: bool = False
    nodes: dict[str, tuple[str, str]] = field(default_factory=dict)  # element: kind, scope
    hosts: dict[str, tuple[str, bool]] = field(default_factory=dict)  # boundary: host, interrupting
    messages: dict[str, str] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, scope: str) -> str:
        element = f"{kind[0]}{len(self.nodes)}"
        if kind in {"message", "throw"}:
            self.messages[element] = self.draw.choice(MESSAGES)
        self.nodes[element] = (kind, scope)
        return element

    def block(self, depth: int, scope: str) -> Ways:
        """Add a sound block; return where it is entered and left."""
        kinds = [*PLAIN, *(RICH if self.rich else ["sub"])] if depth else ["task"]
        kind = self.draw.choice(kinds)
        if kind in {"exclusive", "parallel", "inclusive"}:
            return self._split(kind, depth, scope)
        add: dict[str, Callable[[int, str], Ways]] = {
            "task": self._task,
            "row": self._row,
            "watched": self._watched,
            "loop": self._loop,
            "sub": self._sub,
            "race": self._race,
            "wait": self._wait,
            "tell": self._tell,
            "aside": self._aside,
        }
        return add[kind](depth, scope)

    def _task(self, depth: int, scope: str) -> Ways:
        task = self.add("user", scope)
        return task, task

    def _row(self, depth: int, scope: str) -> Ways:
        (first, one), (other, last) = self.block(depth - 1, scope), self.block(depth - 1, scope)
        self.flows.append((one, other))
        return first, last

    def _split(self, kind: str, depth: int, scope: str) -> Ways:
        split, join = self.add(kind, scope), self.add(kind, scope)
        for _ in range(2):
            first, last = self.block(depth - 1, scope)
            self.flows += [(split, first), (last, join)]
        return split, join

    def _race(self, depth: int, scope: str) -> Ways:
        race, merge = self.add("eventBased", scope), self.add("exclusive", scope)
        for kind in ("message", "timer"):
            event = self.add(kind, scope)
            first, last = self.block(depth - 1, scope)
            self.flows += [(race, event), (event, first), (last, merge)]
        return race, merge

    def _wait(self, depth: int, scope: str) -> Ways:
        event, (_, last) = self.add("message", scope), self.block(0, scope)
        self.flows.append((event, last))
        return event, last

    def _tell(self, depth: int, scope: str) -> Ways:
        task, event = self.add("user", scope), self.add("throw", scope)
        self.flows.append((task, event))
        return task, event

    def _aside(self, depth: int, scope: str) -> Ways:
        """A task that holds nothing up, beside a block."""
        split, aside = self.add("parallel", scope), self.add("nohold", scope)
        first, last = self.block(depth - 1, scope)
        self.flows += [(split, aside), (aside, self.add("end", scope)), (split, first)]
        return split, last

    def _watched(self, depth: int, scope: str) -> Ways:
        task, event, merge = self.add("user", scope), self.add("boundary", scope), self.add("exclusive", scope)
        first, last = self.block(depth - 1, scope)
        self.hosts[event] = (task, True)
        if self.draw.random() < 0.3:  # beside the task, with an end of its own
            self.hosts[event] = (task, False)
            self.flows += [(task, merge), (event, first), (last, self.add("end", scope))]
            return task, merge
        self.flows += [(task, merge), (event, first), (last, merge)]
        return task, merge

    def _loop(self, depth: int, scope: str) -> Ways:
        merge, choice = self.add("exclusive", scope), self.add("exclusive", scope)
        first, last = self.block(depth - 1, scope)
        after, _ = self.block(0, scope)
        self.flows += [(merge, first), (last, choice), (choice, merge), (choice, after)]
        return merge, after

    def _sub(self, depth: int, scope: str) -> Ways:
        host = self.add("sub", scope)
        begin, over = self.add("start", host), self.add("end", host)
        first, last = self.block(depth - 1, host)
        self.flows += [(begin, first), (last, over)]
        return host, host

    def change(self) -> None:
        """Plant what may be a fault: a gateway of another kind, or a flow that leads elsewhere."""
        ends = [e for e, (kind, _) in self.nodes.items() if kind == "end"]
        if self.rich and ends and self.draw.random() < 0.15:
            element = self.draw.choice(ends)
            self.nodes[element] = ("terminate", self.nodes[element][1])
            return
        gateways = [e for e, (kind, _) in self.nodes.items() if kind in {"exclusive", "parallel", "inclusive"}]
        if gateways and self.draw.random() < 0.6:
            element = self.draw.choice(gateways)
            kinds = [kind for kind in ("exclusive", "parallel", "inclusive") if kind != self.nodes[element][0]]
            self.nodes[element] = (self.draw.choice(kinds), self.nodes[element][1])
            return
        number = self.draw.randrange(len(self.flows))
        source, _ = self.flows[number]
        scope = self.nodes[source][1]
        targets = [
            e
            for e, (kind, s) in self.nodes.items()
            if s == scope and kind not in {"start", "boundary", "door"} and e != source
        ]
        self.flows[number] = (source, self.draw.choice(targets))

    # -- as a file ------------------------------------------------------------------------------

    @property
    def timers(self) -> list[str]:
        return [*self.hosts, *(e for e, (kind, _) in self.nodes.items() if kind == "timer")]

    @property
    def choices(self) -> dict[str, tuple[Any, ...]]:
        """The variables that its conditions read."""
        found: dict[str, tuple[Any, ...]] = {}
        for element in self._splits("exclusive"):
            found[f"v_{element}"] = tuple(range(len(self._ways(element))))
        for element in self._splits("inclusive"):
            found |= {f"v_{element}_{target}": (True, False) for target in self._ways(element)[1:]}
        return found

    def _ways(self, element: str) -> list[str]:
        return [target for source, target in self.flows if source == element]

    def _splits(self, kind: str) -> list[str]:
        return [e for e, (own, _) in self.nodes.items() if own == kind and len(self._ways(e)) > 1]

    def xml(self) -> bytes:
        return diagram(*self._parts(""), messages=(*MESSAGES, "later"))

    def _parts(self, scope: str) -> list[str]:
        inside = [(e, kind) for e, (kind, s) in self.nodes.items() if s == scope]
        parts = [self._node(element, kind) for element, kind in inside]
        held = {element for element, _ in inside}
        return parts + [self._flow(s, t) for s, t in self.flows if s in held]

    def _node(self, element: str, kind: str) -> str:
        if kind in {"exclusive", "inclusive", "parallel", "eventBased"}:
            split = kind in {"exclusive", "inclusive"} and len(self._ways(element)) > 1
            return gate(kind, element, default=f"{element}__{self._ways(element)[0]}" if split else "")
        if kind == "boundary":
            host, interrupting = self.hosts[element]
            return boundary(element, host, timer(f"t_{element}"), interrupting=interrupting)
        if kind == "sub":
            return sub(element, *self._parts(element))
        return self._simple_node(element, kind)

    def _simple_node(self, element: str, kind: str) -> str:
        told = self.messages.get(element, "")
        simple: dict[str, Callable[[], str]] = {
            "user": lambda: user(element),
            "nohold": lambda: user(element, holds="false"),
            "start": lambda: start(element),
            "door": lambda: start(element, message("later")),
            "end": lambda: end(element),
            "terminate": lambda: end(element, "<terminateEventDefinition/>"),
            "message": lambda: catch(element, message(told)),
            "timer": lambda: catch(element, timer(f"t_{element}")),
            "throw": lambda: throw(element, told),
        }
        return simple[kind]()

    def _flow(self, source: str, target: str) -> str:
        kind, ways = self.nodes[source][0], self._ways(source)
        condition = None
        if kind == "exclusive" and target != ways[0]:
            condition = f"v_{source} = {ways.index(target)}"
        if kind == "inclusive" and target != ways[0]:
            condition = f"v_{source}_{target} = true"
        return flow(source, target, when=condition)


def a_drawing(seed: int, *, depth: int = 2, rich: bool = False) -> Drawing:
    """Draw a diagram of blocks: sound, if it is not ``rich`` in messages and doors too."""
    drawing = Drawing(random.Random(seed), rich)  # noqa: S311 - drawn anew the same
    begin, over = drawing.add("start", ""), drawing.add("end", "")
    first, last = drawing.block(depth, "")
    drawing.flows += [(begin, first), (last, over)]
    if rich and drawing.draw.random() < 0.3:
        inside = [e for e, (kind, scope) in drawing.nodes.items() if not scope and kind in {"user", "end", "exclusive"}]
        drawing.flows.append((drawing.add("door", ""), drawing.draw.choice(inside)))
    return drawing
