"""Finds the model files of a repository as people keep them. Reads only."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("processes", "forms")
SUFFIXES = frozenset({".bpmn", ".dmn", ".json", ".yaml", ".docx"})
#: The folder of the files that all jurisdictions share.
SHARED = "base"


def jurisdictions(root: Path) -> list[str]:
    """Return the codes of the jurisdictions that have a file below ``processes/``."""
    return sorted(path.parent.name for path in (root / "processes").glob("*/jurisdiction.yaml"))


def load_bundle(root: Path, jurisdiction: str) -> dict[str, bytes]:
    """Return the files of one jurisdiction by their path: its own, those of the base, those of all."""
    bundle: dict[str, bytes] = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            mine = len(parts) == 2 or parts[1] in {SHARED, jurisdiction}  # noqa: PLR2004 - folder/file
            if mine and path.suffix in SUFFIXES and path.is_file():
                bundle["/".join(parts)] = path.read_bytes()
    return bundle
