"""Files of a place that does not exist. engine.service.strays looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="no-such-place", says="文件放在已有地区的文件夹里")
