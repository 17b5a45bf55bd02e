"""Runs every check: form, lint, types, import rule, diagrams, models, tests. Standard library only.

Says what it leaves out and why; in continuous integration (CI=true) a left-out browser test is a failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
sys.path.insert(0, str(ROOT))

from tools import browsers  # noqa: E402 - the path was set just above
from tools.prepare import node_environment, node_tools  # noqa: E402

SLOW = "slow or browser or chaos"


@dataclass(frozen=True)
class Check:
    """One check: a command, and what it says of itself."""

    name: str
    command: list[str]
    needs_node: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    name: str
    ok: bool
    seconds: float
    said: str


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="./test", description="Runs every check.")
    parser.add_argument("--quick", action="store_true", help="leave out the thorough, slow, browser and chaos tests")
    parser.add_argument("paths", nargs="*", help="run only these tests, and no other check")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    if chosen.paths:
        return pytest([*chosen.paths], "tests")
    outcomes = run_checks(checks())
    left_out = "" if chosen.quick else browsers.prepare()
    failed = [outcome.name for outcome in outcomes if not outcome.ok]
    out = f"{SLOW} or thorough" if chosen.quick else SLOW
    if pytest(["-n", "2", "-m", f"not ({out})"], "tests") != 0:
        failed.append("tests")
    if not chosen.quick:
        wanted = SLOW if not left_out else "(slow or chaos) and not browser"
        if pytest(["-m", wanted, "-p", "no:randomly"], "slow, browser and chaos tests", empty_ok=True) != 0:
            failed.append("slow, browser and chaos tests")
    return close(failed, left_out, time.monotonic() - began)


def checks() -> list[Check]:
    """Return the checks beside the tests."""
    node, _npm = node_tools()
    diagrams = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "processes").rglob("*.bpmn"))
    models = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "processes").rglob("*.*mn"))
    found = [
        Check("types (mypy)", [str(BIN / "mypy"), "--no-error-summary"]),
        Check("form (ruff format)", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
        Check("lint (ruff)", [str(BIN / "ruff"), "check", "--quiet", "."]),
        Check("import rule (import-linter)", [str(BIN / "lint-imports"), "--no-cache"]),
    ]
    if diagrams:
        lint = str(ROOT / "node_modules" / "bpmnlint" / "bin" / "bpmnlint.js")
        found += [
            Check("diagrams (bpmnlint)", [node, lint, *diagrams], needs_node=True),
            Check("models (shouhu model check)", [str(BIN / "shouhu"), "model", "check", *models]),
        ]
    return found


def run_checks(wanted: Sequence[Check]) -> list[Outcome]:
    """Run checks, two at a time, and say how each ended."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = []
        for outcome in pool.map(run_check, wanted):
            outcomes.append(outcome)
            print(f"{'ok  ' if outcome.ok else 'FAIL'} {outcome.name}  {outcome.seconds:.0f} s", flush=True)
            if not outcome.ok:
                print(outcome.said, flush=True)
    return outcomes


def run_check(check: Check) -> Outcome:
    """Run one check to its end."""
    began = time.monotonic()
    env = node_environment(check.command[0]) if check.needs_node else None
    done = subprocess.run(
        check.command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return Outcome(check.name, done.returncode == 0, time.monotonic() - began, (done.stdout + done.stderr)[-8000:])


def pytest(arguments: list[str], what: str, *, empty_ok: bool = False) -> int:
    """Run pytest and let it speak; return its exit code."""
    print(f"---- {what}", flush=True)
    none_collected = 5
    code = subprocess.run([str(BIN / "pytest"), "-q", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    return 0 if empty_ok and code.returncode == none_collected else code.returncode


def close(failed: list[str], left_out: str, seconds: float) -> int:
    """Say what failed or was left out; in continuous integration nothing may be left out."""
    if left_out:
        print(f"\n{'!' * 78}\nLEFT OUT: the browser tests. {left_out}\n{'!' * 78}", file=sys.stderr, flush=True)
        if os.environ.get("CI") == "true":
            failed.append("browser tests (left out)")
    if failed:
        print(f"FAILED after {seconds:.0f} s: {', '.join(failed)}", file=sys.stderr, flush=True)
        return 1
    print(f"all checks passed in {seconds:.0f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
