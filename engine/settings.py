"""What can be set from outside, read once at the start into one frozen object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

PREFIX = "SHOUHU_"
SIGN_IN_LIMIT = "10 per minute; 60 per hour"
_NO = frozenset({"", "0", "no", "false", "off"})


class SettingMissingError(Exception):
    """Settings without which nothing starts were not given; the message names all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings of one process."""

    database_url: str = field(repr=False)
    """The application role's database; holds a password."""
    secret_key: str = field(repr=False)
    """Signs sessions; the same on every web node."""
    data: Path
    """The folder of keys, anchors and logs."""
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    web_threads: int = 4
    cookie_secure: bool = True
    behind_proxy: bool = False
    demonstration: bool = False
    sign_in_limit: str = SIGN_IN_LIMIT
    """Attempts to sign in from one address, in the words of Flask-Limiter."""
    timer_poll: timedelta = timedelta(seconds=2)
    anchor_every: timedelta = timedelta(days=1)
    base_url: str = ""
    """Where people open the pages; links in mails and webhooks begin with it."""
    smtp_host: str = ""
    """The office's mail server; empty: no mail."""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    smtp_security: str = "starttls"
    """``starttls``, ``tls``, or ``none`` on the same machine."""
    hook_private: bool = False
    """Let webhooks go to addresses inside: for tests and closed networks."""

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def anchors(self) -> Path:
        return self.data / "anchors"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read ``SHOUHU_*`` variables; ``SHOUHU_NAME_FILE`` is read where ``SHOUHU_NAME`` is absent.

        Raises:
            SettingMissingError: names every missing variable, not just the first.
        """
        missing = [name for name in ("DATABASE_URL", "SECRET_KEY", "DATA") if _read(env, name) is None]
        if missing:
            named = ", ".join(PREFIX + name for name in missing)
            raise SettingMissingError(f"Not set: {named}. See docs/reference/settings.md.")
        return cls(
            database_url=_read(env, "DATABASE_URL") or "",
            secret_key=_read(env, "SECRET_KEY") or "",
            data=Path(_read(env, "DATA") or "").absolute(),
            host=_read(env, "HOST") or "127.0.0.1",
            port=int(_read(env, "PORT") or 8000),
            web_workers=int(_read(env, "WEB_WORKERS") or 2),
            web_threads=int(_read(env, "WEB_THREADS") or 4),
            cookie_secure=_flag(env, "COOKIE_SECURE", default=True),
            behind_proxy=_flag(env, "BEHIND_PROXY"),
            demonstration=_flag(env, "DEMONSTRATION"),
            sign_in_limit=_read(env, "SIGN_IN_LIMIT") or SIGN_IN_LIMIT,
            timer_poll=timedelta(seconds=float(_read(env, "TIMER_POLL_SECONDS") or 2)),
            base_url=_read(env, "BASE_URL") or "",
            smtp_host=_read(env, "SMTP_HOST") or "",
            smtp_port=int(_read(env, "SMTP_PORT") or 587),
            smtp_user=_read(env, "SMTP_USER") or "",
            smtp_password=_read(env, "SMTP_PASSWORD") or "",
            smtp_from=_read(env, "SMTP_FROM") or "",
            smtp_security=_read(env, "SMTP_SECURITY") or "starttls",
            hook_private=_flag(env, "HOOK_PRIVATE"),
            anchor_every=timedelta(hours=float(_read(env, "ANCHOR_EVERY_HOURS") or 24)),
        )


def _read(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(PREFIX + name)
    if value is None and (file := env.get(f"{PREFIX}{name}_FILE")):
        value = Path(file).read_text(encoding="utf-8").strip()
    return value


def _flag(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = _read(env, name)
    return default if value is None else value.strip().lower() not in _NO
