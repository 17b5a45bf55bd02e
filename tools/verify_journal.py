"""Verify an exported journal (``shouhu audit export``) with nothing but Python: none of our code is believed.

    python tools/verify_journal.py EXPORT.json [ANCHOR.json…]

The form is written down in docs/reference/journal.md. Exit status 0: whole; 1: broken, with the first
entry that does not fit; 2: not readable.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FIELDS = ("kind", "happened_at", "recorded_at", "person_id", "unit_id", "role", "on_behalf_of", "body")


def canonical(case: int, entry: dict[str, Any]) -> bytes:
    """Return the bytes of an entry, as the form has them."""
    values = [
        datetime.fromisoformat(entry[name]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if name.endswith("_at")
        else entry[name]
        for name in FIELDS
    ]
    whole = ["shouhu-journal-1", case, entry["seq"], *values]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def problem(export: dict[str, Any], anchors: list[dict[str, Any]]) -> str | None:
    """Return the first thing that does not fit, or None where all does."""
    head, hashes = bytes(32), {}
    for seq, entry in enumerate(export["entries"], start=1):
        if entry["seq"] != seq:
            return f"entry {seq} is missing or out of place"
        if entry["prev"] != head.hex():
            return f"entry {seq} does not follow the one before it"
        head = hashlib.sha256(head + canonical(export["case"], entry)).digest()
        if entry["hash"] != head.hex():
            return f"entry {seq} is not what was hashed"
        hashes[seq] = head.hex()
    if (len(hashes), head.hex()) != (export["length"], export["head"]):
        return "the case's head is not that of the last entry"
    for anchor in anchors:
        for case, length, anchored in anchor["heads"]:
            if case == export["case"] and length and hashes.get(length) != anchored:
                return f"entry {length} is not what was anchored at {anchor['at']}"
    return None


def main(paths: list[str]) -> int:
    """Verify the first file against the others."""
    try:
        export, *anchors = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths]
        found = problem(export, anchors)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"Not readable: {error}", file=sys.stderr)
        return 2
    print(found or f"{export['number']}: {export['length']} entries, whole, {len(anchors)} anchors")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
