"""Finds Chromium and Chinese fonts for the browser tests, and installs them where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "Chromium or Chinese fonts are missing. Add them, as root: apt-get install chromium fonts-noto-cjk "
    "(or name a browser: SHOUHU_CHROMIUM=/path/to/chrome), then run ./test again."
)


def chromium() -> str | None:
    """Return the browser's program: the one that SHOUHU_CHROMIUM names, or one on the path."""
    named = os.environ.get("SHOUHU_CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else NAMES))
    return next((path for path in found if path), None)


def has_chinese_fonts() -> bool:
    """Whether a font with Chinese characters is installed."""
    lister = shutil.which("fc-list")
    if lister is None:
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    return bool(subprocess.run([lister, ":lang=zh-cn"], capture_output=True, text=True, check=False).stdout.strip())


def prepare() -> str:
    """Make sure that browser tests can run; return nothing, or the sentence that says why they cannot."""
    if chromium() and has_chinese_fonts():
        return ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium and fonts-noto-cjk for the browser tests (apt-get) …", flush=True)
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *PACKAGES)
    return "" if chromium() and has_chinese_fonts() else ADVICE


def _apt(*arguments: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr[-2000:], flush=True)
