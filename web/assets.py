"""Where the built style sheets and scripts are: reads the manifest that the build writes."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from flask import Flask, url_for

logger = logging.getLogger(__name__)
DIST = Path(__file__).parent / "static" / "dist"


class Assets:
    """The built files by entry; without a build the pages still work, unstyled."""

    def __init__(self, folder: Path = DIST) -> None:
        manifest = folder / "manifest.json"
        self._entries: dict[str, Any] = {}
        if manifest.exists():
            self._entries = json.loads(manifest.read_text("utf-8"))
        else:
            logger.warning("No built assets at %s: run `npm run build`", folder)

    def files(self, entry: str, ending: str) -> list[str]:
        """Return the addresses of an entry's files with this ending, `css` or `js`."""
        chunk = self._entries.get(f"assets/{entry}")
        if chunk is None:
            return []
        names = [chunk["file"], *chunk.get("css", ())]
        for other in chunk.get("imports", ()):
            names.extend(self._entries[other].get("css", ()))
        return [url_for("static", filename=f"dist/{name}") for name in names if name.endswith(f".{ending}")]


def add_assets(app: Flask) -> None:
    """Give the templates `styles(entry)` and `scripts(entry)`."""
    assets = Assets()
    app.jinja_env.globals["styles"] = lambda entry: assets.files(entry, "css")
    app.jinja_env.globals["scripts"] = lambda entry: assets.files(entry, "js")
