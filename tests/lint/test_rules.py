"""Every rule of the gate has its module, its page for policy officers, and models that show it.

A wrong model is found by its rule at the culprit, and by no other rule; a right one passes.
``culprits.yaml`` beside the models says where: ``wrong.bpmn: ELEMENT``, a list of elements, or
``{element: …, line: …, file: …, also: [other-rule]}``.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest

from engine.bpmn.lint import Rule, all_rules, rules
from engine.bpmn.lint.rule import Rule as RuleType
from engine.bpmn.quarantine import UNREADABLE
from tests.lint.bundle import findings_in_repository, findings_of
from tests.lint.catalogue import MODELS, PAGES, ROOT, Example, errors, examples, folder_of, picture_of
from tools import rule_index

LOOKS = ("check_source", "check_model", "check_parts")
MOST_LINES = 25
BEFORE_THE_DIAGRAM = UNREADABLE | {"schema"}

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)


def is_looked_for(module: ModuleType) -> bool:
    """Whether a module says which other one looks for what breaks its rule, and that one names it."""
    named = re.search(r"(engine\.[\w.]*\w) looks? for ", module.__doc__ or "")
    place = ROOT / named[1].replace(".", "/") if named else ROOT / "none"
    files = [*place.rglob("*.py"), place.with_suffix(".py")]
    marks = (f"{module.__name__.rpartition('.')[2]}.RULE", f'"{module.RULE.name}"')
    return any(mark in one.read_text(encoding="utf-8") for one in files if one.is_file() for mark in marks)


def each_example(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", list(examples(kind)), ids=lambda example: example.name)


@each_rule
def test_a_rule_is_the_one_of_its_module(rule: Rule) -> None:
    module = importlib.import_module(f"{rules.__name__}.{rule.name.replace('-', '_')}")

    assert module.RULE is rule
    assert isinstance(rule, RuleType)
    looks = sum(hasattr(module, look) for look in LOOKS)
    # A rule without a look is asked where files are read, or by a search that answers several at once.
    assert looks == 0 if rule.name in BEFORE_THE_DIAGRAM or is_looked_for(module) else looks == 1


def test_no_two_rules_have_one_name_or_say_the_same() -> None:
    assert len({rule.name for rule in all_rules()}) == len({rule.says for rule in all_rules()}) == len(all_rules())


@each_rule
def test_a_rule_has_a_page_that_says_what_it_asks(rule: Rule) -> None:
    page = (PAGES / f"{rule.name}.md").read_text(encoding="utf-8")

    assert page.startswith(f"# {rule.name}\n")
    assert rule.says in page
    assert "为什么" in page
    assert "怎样改" in page
    assert len(page.splitlines()) <= MOST_LINES
    for kind in ("wrong", "right"):
        named = [picture_of(one).name for one in examples(kind) if one.rule is rule]
        assert any(f"pictures/{name}" in page for name in named)


@each_rule
def test_a_rule_has_a_wrong_and_a_right_model(rule: Rule) -> None:
    assert list(folder_of(rule).glob("wrong*")), f"no wrong model in {folder_of(rule)}"
    assert list(folder_of(rule).glob("right*")), f"no right model in {folder_of(rule)}"


@each_example("wrong")
def test_a_wrong_model_is_found_by_its_rule_at_the_culprit(example: Example) -> None:
    culprit = example.culprit()

    findings = example.findings()

    found = [one for one in findings if one.rule == example.rule.name]
    assert found, f"not found; said was {[str(one) for one in findings]}"
    assert {one.element for one in found} == set(culprit.elements or [""])
    assert all(one.line == culprit.line for one in found if culprit.line)
    assert all(one.file == culprit.file for one in found if culprit.file)
    assert set(errors(findings)) - {example.rule.name} == set(culprit.also)


@each_example("right")
def test_a_right_model_passes(example: Example) -> None:
    findings = example.findings()

    said = [str(one) for one in findings if one.severity == "error" or one.rule == example.rule.name]
    assert said == []


def test_the_small_jurisdiction_has_nothing_wrong_of_its_own() -> None:
    assert findings_of() == findings_in_repository() == ()


def test_every_folder_of_models_and_every_page_belongs_to_a_rule() -> None:
    names = {rule.name for rule in all_rules()}

    assert {one.name for one in MODELS.iterdir() if one.is_dir()} <= names
    assert {one.stem for one in PAGES.glob("*.md")} - {"README"} <= names


def test_the_index_lists_every_rule_as_it_is() -> None:
    written = rule_index.PAGE.read_text(encoding="utf-8")

    assert written == rule_index.page(written), "python -m tools.rule_index"
