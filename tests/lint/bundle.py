"""A small jurisdiction that can be published, and what the gate says when files of it are changed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.release import compile_release
from engine.bpmn.soundness import check_together
from engine.service.checking import check_files
from engine.service.modelfiles import FOLDERS

CODE = "xx"
MINIMAL = Path(__file__).parent / "minimal"


def files_below(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their path in it."""
    found = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


def a_bundle(overlay: Path | None = None) -> dict[str, bytes]:
    """The small jurisdiction with the files of a folder laid over it; an empty file takes one away."""
    files = files_below(MINIMAL) | (files_below(overlay) if overlay else {})
    return {path: content for path, content in files.items() if content}


def findings_of(overlay: Path | None = None) -> tuple[Finding, ...]:
    """Everything that is said of it when it is published."""
    try:
        release = compile_release(CODE, a_bundle(overlay))
    except ModelError as error:
        return error.findings
    models = {key: procedure.model for key, procedure in release.procedures.items()}
    return (*release.findings, *check_together(models, release.outside))


def findings_in_repository(overlay: Path | None = None) -> tuple[Finding, ...]:
    """Everything that is said of its files where they lie in a repository, as its keepers check them."""
    with tempfile.TemporaryDirectory() as home:
        root = Path(home).resolve()
        for path, content in a_bundle(overlay).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        checked = check_files(root, [root / folder for folder in FOLDERS])
    return tuple(finding for one in checked for finding in one.findings)
