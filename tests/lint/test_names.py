"""Whatever a finding is called, its name has a page that says what to do.

Names are read from the program: what stands for a parameter or field called ``rule``, and what is
yielded as one by the readers of forms.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from engine.bpmn.lint import all_rules
from tests.lint.catalogue import PAGES, ROOT

#: Remarks on expressions have kinds of their own, which rules make findings of.
ELSEWHERE = ROOT / "engine/feel"
#: Yields names with what is wrong.
FORMS = ROOT / "engine/bpmn/formfiles.py"
#: How names are written; other functions of the same name take a sentence there.
NAME = re.compile(r"[a-z]+(-[a-z]+)*")
#: One name by each way in which a finding gets its name.
EXAMPLES = {"unit-key", "limit-rule", "depth", "doctype", "encoding", "missing-file", "field-kind", "schema", "floors"}


@cache
def trees() -> tuple[ast.Module, ...]:
    """The program, but for the language of expressions."""
    files = (one for one in sorted((ROOT / "engine").rglob("*.py")) if not one.is_relative_to(ELSEWHERE))
    return tuple(ast.parse(one.read_text(encoding="utf-8")) for one in files)


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function by the name that it is called by, an ``__init__`` by its class's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from ((node.name, one) for one in node.body if isinstance(one, ast.FunctionDef) and is_init(one))
        elif isinstance(node, ast.FunctionDef) and not is_init(node):
            yield node.name, node


def is_init(function: ast.FunctionDef) -> bool:
    return function.name == "__init__"


def places() -> dict[str, set[int]]:
    """Where functions take the name of a finding: by the function, which of the arguments in a row."""
    found: dict[str, set[int]] = defaultdict(set)
    for tree in trees():
        for name, function in functions(tree):
            row = [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg != "self"]
            if "rule" in row:
                found[name].add(row.index("rule"))
    return found


def names_in(node: ast.expr | None) -> Iterator[str]:
    """The names that an expression can be, as far as they are written there."""
    match node:
        case ast.Constant(value=str(text)) if NAME.fullmatch(text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*names_in(body), *names_in(orelse))
        case _:
            return


def given(call: ast.Call, rows: dict[str, set[int]]) -> Iterator[str]:
    """The names that a call hands on."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for row in rows.get(name, ()):
        yield from names_in(call.args[row]) if row < len(call.args) else ()
    for keyword in call.keywords:
        yield from names_in(keyword.value) if keyword.arg == "rule" else ()


def defaults(function: ast.FunctionDef) -> Iterator[str]:
    """The name that a function gives where it is handed none."""
    for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        yield from names_in(default) if one.arg == "rule" else ()


def yielded() -> Iterator[str]:
    """The names that the reader of forms yields."""
    for node in ast.walk(ast.parse(FORMS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            yield from names_in(node.value.elts[0])


def said() -> set[str]:
    """Every name that the program can give a finding without the rule itself."""
    rows = places()
    calls = (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call))
    handed = {name for call in calls for name in given(call, rows)}
    return handed | set(yielded()) | {name for tree in trees() for _, one in functions(tree) for name in defaults(one)}


def test_the_names_are_found_in_all_the_ways_in_which_they_are_given() -> None:
    assert said() >= EXAMPLES


def test_every_name_that_a_finding_can_have_is_one_of_a_rule_with_a_page() -> None:
    names = said() | {rule.name for rule in all_rules()}

    assert names - {rule.name for rule in all_rules()} == set()
    assert names - {one.stem for one in PAGES.glob("*.md")} == set()
