"""Gateways whose rule is a text of its own."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="complex-gateway", says="不画复杂网关")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the complex gateways."""
    for one in elements(root, "complexGateway"):
        yield RULE.at(one, f"复杂网关{called(one)}何时放行没有统一的含义：请用排他、并行或包容网关写明", file=file)
