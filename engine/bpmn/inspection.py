"""Runs in the process that ``quarantine`` starts: looks at XML files one after another, and can do nothing else.

Everything that is needed is loaded first; then the process gives up files, sockets, children, memory beyond a limit
and, where it has them, the rights of the superuser. Only then does it read what strangers wrote.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from engine.bpmn import xsd
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.xmltext import BPMN, read_xml

MEMORY = 192 * 1024 * 1024
CPU_SECONDS = 1
_STANDARD_FILES = 3
_NOBODY = 65534
_LIMITS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NPROC, 0),
    (resource.RLIMIT_NOFILE, _STANDARD_FILES),
)
#: Read once before the door is shut, so that no module is looked for afterwards.
_REHEARSAL = f'<definitions xmlns="{BPMN}"><rehearsal id="a" b="c"/></definitions>'.encode()


def look(xml: bytes, *, file: str) -> list[Finding]:
    """Return what is wrong with the bytes of a file, and with its tree by the schema of its standard."""
    try:
        root = read_xml(xml, file=file)
    except ModelError as error:
        return list(error.findings)
    return xsd.check(root, file=file)


def shut() -> None:
    """Give up everything that reading needs no longer. There is no way back."""
    os.closerange(_STANDARD_FILES, 1024)
    if os.geteuid() == 0:
        # The limit on processes does not bind the superuser.
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    for limit, value in _LIMITS:
        resource.setrlimit(limit, (value, value))


def main() -> None:
    """Answer each file on standard input with one line on standard output."""
    xsd.load()
    for rehearsal in (_REHEARSAL, b"<a>&b;</a>"):
        look(rehearsal, file="")
    shut()
    for file, xml in _files(sys.stdin.buffer):
        said = [[one.rule, one.message, one.element, one.line, one.severity] for one in look(xml, file=file)]
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _files(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    while head := stream.readline():
        file, size = json.loads(head)
        yield file, stream.read(size)
