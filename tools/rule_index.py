"""Writes the table of all rules into docs/rules/README.md: ``python -m tools.rule_index``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from engine.bpmn.lint import Rule, all_rules, rules

PAGE = Path(__file__).resolve().parents[1] / "docs/rules/README.md"
BEGIN = "<!-- rules: python -m tools.rule_index -->"
#: What a module looks with, and what officers call such rules.
GROUPS = {
    "check_source": "图里画了什么",
    "check_model": "图走不走得通",
    "check_parts": "图、表单、决策表、参数合不合得上",
    "": "文件读不读得了，办理会不会卡住",
}
SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}


def table() -> str:
    """Return the rules by what they look at, each with its page."""
    grouped: dict[str, list[Rule]] = {title: [] for title in GROUPS.values()}
    for rule in all_rules():
        grouped[GROUPS[_look(rule)]].append(rule)
    parts = [_section(title, found) for title, found in grouped.items() if found]
    return "\n\n".join(parts) + "\n"


def _look(rule: Rule) -> str:
    module = importlib.import_module(f"{rules.__name__}.{rule.name.replace('-', '_')}")
    return next((look for look in GROUPS if look and hasattr(module, look)), "")


def _section(title: str, found: list[Rule]) -> str:
    rows = [f"| [{one.name}]({one.name}.md) | {one.says} | {SEVERITIES[one.severity]} |" for one in found]
    return "\n".join([f"## {title}", "", "| 规则 | 要求 | 程度 |", "|---|---|---|", *rows])


def page(written: str) -> str:
    """Return the page with the table as it should be; what stands before the mark is kept."""
    return f"{written.partition(BEGIN)[0]}{BEGIN}\n\n{table()}"


def main() -> int:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
