"""Finds model files that stand where nobody looks, or beside one whose name looks the same. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.lint.rules import no_such_place, same_name
from engine.bpmn.paperfiles import GENERAL, SUFFIX
from engine.bpmn.safetext import read_yaml, texts
from engine.bpmn.xmltext import bpmn_children, read_xml
from engine.service.modelfiles import FOLDERS, SHARED, SUFFIXES, jurisdictions

#: Folders below ``processes/`` that are no jurisdictions.
_OTHERS = frozenset({SHARED, "calendars"})
#: Letters of other alphabets, and figures, that look like Latin letters.
_LOOKS = str.maketrans("авеіјкмнорстхуѕαβεικνορτυχ01l|", "abeijkmhopctxysabeikvoptuxoiii")


def strays(root: Path) -> dict[str, list[Finding]]:
    """Return what is wrong with the places of the files of a repository, by file."""
    codes = jurisdictions(root)
    paths = sorted(_paths(root))
    found: dict[str, list[Finding]] = {}
    for one in (*_nowhere(paths, codes), *_alike(paths)):
        found.setdefault(one.file, []).append(one)
    return found


def unused(root: Path) -> frozenset[str]:
    """Return the diagrams that no jurisdiction publishes, and the forms and templates that no diagram names."""
    paths = list(_paths(root))
    published = {code: _published(root, code) for code in jurisdictions(root)}
    diagrams = [path for path in paths if path.endswith(".bpmn")]
    words = b"\n".join((root / path).read_bytes() for path in diagrams)
    blocks = [path for path in paths if path.endswith(".json")]
    named = b"\n".join((root / path).read_bytes() for path in blocks)
    idle = {path for path in diagrams if not _is_published(path, published, set(paths))}
    idle |= {path for path in blocks if f'"{_stem(path)}"'.encode() not in words + named}
    idle |= {path for path in paths if path.endswith(SUFFIX) and not _is_made(_stem(path), words)}
    return frozenset(idle)


def key_of(diagram: Path) -> str:
    """Return the id of the process of a diagram, "" where it cannot be read."""
    try:
        root = read_xml(diagram.read_bytes(), file=diagram.name)
    except ModelError:
        return ""
    return next((one.get("id") or "" for one in bpmn_children(root, "process")), "")


def _paths(root: Path) -> Iterator[str]:
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix()


def _nowhere(paths: Collection[str], codes: Collection[str]) -> Iterator[Finding]:
    for path in paths:
        place = path.split("/")[1]
        if path.count("/") > 1 and place not in _OTHERS and place not in codes:
            message = f"没有“{place}”这个地区（缺少 processes/{place}/jurisdiction.yaml），这个文件不会被使用"
            yield no_such_place.RULE.at_file(path, message)


def _alike(paths: Collection[str]) -> Iterator[Finding]:
    """Say which names look the same and are not: in one folder, or in a jurisdiction's and the shared one."""
    first: dict[tuple[str, str], str] = {}
    for path in sorted(paths, key=lambda one: (f"/{SHARED}/" not in one, one)):
        folder, name = path.split("/")[0], path.rpartition("/")[2]
        known = first.setdefault((folder, _skeleton(name)), name)
        if known != name:
            message = f"文件名“{name}”和“{known}”看上去一样，却是两个文件：请改名，或删去其中一个"
            yield same_name.RULE.at_file(path, message)


def _skeleton(name: str) -> str:
    """Return a name as the eye takes it."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if not unicodedata.category(char).startswith(("C", "M"))).translate(_LOOKS)


def _published(root: Path, code: str) -> tuple[str, ...]:
    file = root / f"processes/{code}/jurisdiction.yaml"
    try:
        data = read_yaml(file.read_bytes(), file.name)
    except ModelError:
        return ()
    return texts(data.get("procedures")) if isinstance(data, dict) else ()


def _is_published(path: str, published: dict[str, tuple[str, ...]], paths: Collection[str]) -> bool:
    place, key = path.split("/")[1], _stem(path)
    if place != SHARED:
        return key in published.get(place, ())
    return any(key in keys and f"processes/{code}/{key}.bpmn" not in paths for code, keys in published.items())


def _is_made(name: str, diagrams: bytes) -> bool:
    """Say whether a diagram names a document; the general template serves those that have none of their own."""
    return name == GENERAL or name.encode() in diagrams


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
