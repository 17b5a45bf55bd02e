"""Plans of holidays that cannot be counted with. engine.bpmn.calendarfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="calendar", says="每年的放假安排写得全、写得对")
