"""Floors of the law that cannot be read. engine.bpmn.floors looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="floors", says="底线文件（processes/floors.yaml）的每一条都写得全，编号不重复")
