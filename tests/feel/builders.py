"""Builds small DMN models; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def a_model(*elements: str) -> bytes:
    """Return a DMN file of these elements."""
    body = "\n".join(elements)
    return f'<definitions xmlns="{DMN}" name="m" namespace="urn:m">\n{body}\n</definitions>'.encode()


def an_input(name: str, type_name: str = "") -> str:
    kind = f" typeRef={quoteattr(type_name)}" if type_name else ""
    return (
        f"<inputData id={quoteattr(name)} name={quoteattr(name)}><variable name={quoteattr(name)}{kind}/></inputData>"
    )


def requires(*hrefs: str, kind: str = "requiredInput") -> str:
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return "".join(f"<{outer}><{kind} href={quoteattr('#' + href)}/></{outer}>" for href in hrefs)


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def a_decision(name: str, expression: str, requirements: str = "", type_name: str = "") -> str:
    kind = f" typeRef={quoteattr(type_name)}" if type_name else ""
    return (
        f"<decision id={quoteattr(name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)}{kind}/>{requirements}{expression}</decision>"
    )


def a_table(
    inputs: Sequence[str],
    outputs: Sequence[str | tuple[str, str]],
    rules: Iterable[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    default: str = "",
) -> str:
    """Return a decision table; an output may come with its values, the most important first."""
    head = f'<decisionTable hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "") + ">"
    columns = "".join(f"<input><inputExpression><text>{escape(one)}</text></inputExpression></input>" for one in inputs)
    for output in outputs:
        name, order = output if isinstance(output, tuple) else (output, "")
        values = f"<outputValues><text>{escape(order)}</text></outputValues>" if order else ""
        last = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        columns += f"<output name={quoteattr(name)}>{values}{last}</output>"
    rows = ""
    for rule in rules:
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in rule[len(inputs) :])
        rows += f"<rule>{cells}</rule>"
    return f"{head}{columns}{rows}</decisionTable>"
