"""Passwords: what is accepted, and how one is kept and compared. Pure but for its random salt."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from engine.core.errors import Invalid

#: scrypt by OWASP's cheat sheet (N = 2^15, r = 8, p = 3: 32 MiB); the numbers are stored with each hash.
_LOG_N, _R, _P = 15, 8, 3
_MEMORY = 64 * 1024 * 1024

#: Begins what is stored of a demonstration's password.
DEMONSTRATION = "demo$"

SHORTEST, LONGEST = 10, 128
#: Longer than the minimum and still the first that anyone tries.
_COMMON = ("1234567890", "0123456789", "9876543210", "password", "qwertyuiop", "shouhu", "abcdefghij", "1q2w3e4r5t")
_FEWEST_DIFFERENT = 4


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    salt = secrets.token_bytes(16)
    key = _derive(password, salt, _LOG_N, _R, _P)
    encoded = "$".join(base64.b64encode(part).decode() for part in (salt, key))
    return f"scrypt${_LOG_N}${_R}${_P}${encoded}"


def demonstration_hash(password: str) -> str:
    """Return what is stored of a password that is good only where demonstration is switched on."""
    return DEMONSTRATION + hash_password(password)


def matches(password: str, stored: str) -> bool:
    """Say whether a password is the one that was stored; takes as long either way."""
    _, log_n, r, p, salt, key = stored.removeprefix(DEMONSTRATION).split("$")
    derived = _derive(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(derived, base64.b64decode(key))


def require_good(password: str, login: str, *, field: str = "new") -> None:
    """Refuse a password that is easily guessed.

    Raises:
        Invalid: at ``field``, with what to do instead.
    """
    problem = _problem(password, login)
    if problem:
        raise Invalid({field: problem})


def random_password() -> str:
    """Return a password for somebody's first sign-in, without letters that look alike."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def _problem(password: str, login: str) -> str | None:
    plain = password.lower()
    if len(password) < SHORTEST:
        return f"密码至少{SHORTEST}个字符，可以用一句容易记的话"
    if len(password) > LONGEST:
        return f"密码最多{LONGEST}个字符"
    if login and login.lower() in plain:
        return "密码中不要含有登录名"
    if len(set(plain)) < _FEWEST_DIFFERENT or any(common in plain for common in _COMMON):
        return "这个密码太容易猜到，请换一个"
    return None


def _derive(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=_MEMORY, dklen=32)


#: Compared with where there is no such person, so that the answer takes as long.
NOBODY = f"scrypt${_LOG_N}${_R}${_P}${base64.b64encode(bytes(16)).decode()}${base64.b64encode(bytes(32)).decode()}"
