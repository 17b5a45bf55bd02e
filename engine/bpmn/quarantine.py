"""Has the XML of strangers read in a process of its own, which can open, fetch, write and start nothing.

One process reads all files, one after another. Where it dies or hangs, the file that it was reading is refused if it
was the first that the process met; else it is tried again as the first of a new one, so that nobody pays for others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.xmlguard import MAX_BYTES

SUFFIXES = (".bpmn", ".dmn")
#: Findings of these rules mean that there is no tree to look at; the file must not be read any further.
UNREADABLE = frozenset({"size", "xml", "encoding", "doctype", "instruction", "xinclude"})
SECONDS = 5.0
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from engine.bpmn.inspection import main; main()"


def inspect(files: Mapping[str, bytes], *, seconds: float = SECONDS) -> dict[str, tuple[Finding, ...]]:
    """Return what is wrong with each file before it is read; files that are no XML have nothing wrong here.

    Takes about a tenth of a second, and ``seconds`` for each file that hangs.
    """
    found: dict[str, tuple[Finding, ...]] = dict.fromkeys(files, ())
    waiting = [name for name in files if name.endswith(SUFFIXES)]
    while waiting:
        answers = _ask([(name, files[name]) for name in waiting], seconds)
        found.update(zip(waiting, answers, strict=False))
        if not answers:
            found[waiting[0]] = (_stopped(waiting[0]),)
        waiting = waiting[len(answers) or 1 :]
    return found


def head(file: Path) -> bytes:
    """Return the bytes of a file, or of one that is too large as many as show that it is."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def is_unreadable(findings: Sequence[Finding]) -> bool:
    """Whether a file must not be read any further after these findings."""
    return any(one.rule in UNREADABLE for one in findings)


def _ask(files: Sequence[tuple[str, bytes]], seconds: float) -> list[tuple[Finding, ...]]:
    """Return the answers of one process, in the order of the files; fewer than files where it did not come through."""
    path = [str(_ROOT), *(os.path.abspath(one) for one in sys.path if one)]  # noqa: PTH100 - zip files stand there too
    with subprocess.Popen(  # noqa: S603 - our own program; what strangers wrote goes to its standard input
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _PROGRAM, json.dumps(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    ) as reader:
        try:
            output, _ = reader.communicate(b"".join(_asked(*file) for file in files), timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(reader.pid, signal.SIGKILL)
            output, _ = reader.communicate()
    return list(_answers(output, [name for name, _ in files]))


def _asked(name: str, content: bytes) -> bytes:
    head = content[: MAX_BYTES + 1]
    return json.dumps([name, len(head)]).encode() + b"\n" + head


def _answers(output: bytes, files: Sequence[str]) -> Iterator[tuple[Finding, ...]]:
    """Yield the findings of each whole line, up to the first that no sane reader writes."""
    for line, file in zip(output.split(b"\n")[:-1], files, strict=False):
        try:
            yield _answer(json.loads(line), file)
        except (ValueError, TypeError):
            return


def _answer(said: list[Any], file: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(rule=str(rule), message=str(words), file=file, element=str(at), line=int(row), severity=str(severity))
        for rule, words, at, row, severity in said
    )


def _stopped(file: str) -> Finding:
    message = "读取这个文件时占用过多或者中断，已停止；请在建模工具里重新导出，或把流程拆成几个"
    return Finding(rule="size", message=message, file=file)
