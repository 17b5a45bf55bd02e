"""Seals what identifies a child; holds the keys, and never writes one to a log, a message or the database.

A sealed value is ``format (1 byte) | algorithm (1 byte) | nonce (12) | ciphertext and tag``, and the
id of its key is stored beside it. The associated data is the place it belongs to (``submission.sealed``),
so that a value copied into another column does not open.
Keys lie in ``<data>/keys`` (folder 700, files 600), one file a key.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.core.errors import ShouhuError

FORMAT = 1
AES_256_GCM = 1
NONCE = 12
KEY_LENGTH = 32
#: What a check value is made of: enough to know a key again, useless to find it.
_CHECK = b"shouhu-vault-check-1"


class VaultError(ShouhuError):
    """A key is missing, unreadable or not the one; the sentence says which and what to do."""


class Sealed(NamedTuple):
    """A sealed value with the id of the key that opens it."""

    sealed: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class Key:
    """One key with its id and purpose (``data`` or ``index``)."""

    id: str
    purpose: str
    secret: bytes = field(repr=False)

    def check(self) -> bytes:
        """Return a value by which this key is known again."""
        return hmac.digest(self.secret, _CHECK + self.id.encode(), sha256)


class Vault:
    """Seals, opens and indexes with the keys of one database."""

    def __init__(self, data: Mapping[str, Key], index: Key, *, current: str) -> None:
        self._data = dict(data)
        self._ciphers = {key.id: AESGCM(key.secret) for key in data.values()}
        self._index = index
        self._current = current

    @classmethod
    def create(cls, folder: Path) -> Vault:
        """Make the keys of a new database; keep those that are there already."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        have = {key.purpose for key in _read_keys(folder)}
        for purpose in ("data", "index"):
            if purpose not in have:
                _write_key(folder, purpose)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Vault:
        """Read the keys of a database.

        Raises:
            VaultError: the folder or a key is missing, or open to others.
        """
        keys = _read_keys(folder)
        data = {key.id: key for key in keys if key.purpose == "data"}
        index = [key for key in keys if key.purpose == "index"]
        if not data or len(index) != 1:
            message = f"密钥缺失：{folder} 中应有一把数据密钥和一把索引密钥。请放回本数据库的密钥后再启动。"
            raise VaultError(message)
        return cls(data, index[0], current=max(data))

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key, to be compared with those that the database was sealed with."""
        return (*self._data.values(), self._index)

    def seal(self, value: bytes | Mapping[str, Any], *, context: str) -> Sealed:
        """Return a value encrypted for the place ``context`` (``table.column``)."""
        plain = value if isinstance(value, bytes) else _record_bytes(value)
        nonce = secrets.token_bytes(NONCE)
        header = bytes((FORMAT, AES_256_GCM))
        text = self._ciphers[self._current].encrypt(nonce, plain, self._associated(header, self._current, context))
        return Sealed(header + nonce + text, self._current)

    def open(self, sealed: bytes, key_id: str, *, context: str) -> bytes:
        """Return what was sealed for the place ``context``.

        Raises:
            VaultError: the key is not here, or the value was changed or belongs elsewhere.
        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            message = f"缺少密钥 {key_id}，已加密的内容无法打开。请放回该密钥。"
            raise VaultError(message)
        header, nonce, text = sealed[:2], sealed[2 : 2 + NONCE], sealed[2 + NONCE :]
        if header != bytes((FORMAT, AES_256_GCM)):
            message = "已加密内容的格式无法识别，可能已损坏。"
            raise VaultError(message)
        try:
            return cipher.decrypt(nonce, text, self._associated(header, key_id, context))
        except InvalidTag as error:
            message = "已加密的内容与密钥不符，或已被改动。"
            raise VaultError(message) from error

    def open_record(self, sealed: bytes, key_id: str, *, context: str) -> dict[str, Any]:
        """Return a sealed mapping."""
        record: dict[str, Any] = json.loads(self.open(sealed, key_id, context=context))
        return record

    def blind_index(self, text: str) -> bytes:
        """Return the index of an identity number: equal numbers, however typed, have equal indexes."""
        plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
        return hmac.digest(self._index.secret, plain.encode(), sha256)

    @staticmethod
    def _associated(header: bytes, key_id: str, context: str) -> bytes:
        return b"|".join((header, key_id.encode(), context.encode()))


def _record_bytes(record: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(record), ensure_ascii=False, allow_nan=False, sort_keys=True).encode()


def _write_key(folder: Path, purpose: str) -> None:
    """Write a new key so that it is whole on the disk before anything is sealed with it."""
    existing = sum(1 for _ in folder.glob(f"{purpose}-*.json"))
    key_id = f"{purpose}-{existing + 1:03d}-{secrets.token_hex(4)}"
    secret = base64.b64encode(secrets.token_bytes(KEY_LENGTH)).decode()
    algorithm = "AES-256-GCM" if purpose == "data" else "HMAC-SHA-256"
    record = {"id": key_id, "purpose": purpose, "algorithm": algorithm, "key": secret}
    handle = os.open(folder / f"{key_id}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    listing = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)


def _read_keys(folder: Path) -> list[Key]:
    if not folder.is_dir():
        message = f"找不到密钥目录 {folder}。没有密钥就打不开数据库中已加密的内容。"
        raise VaultError(message)
    return [_read_key(path) for path in sorted(folder.glob("*.json"))]


def _read_key(path: Path) -> Key:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        message = f"密钥文件 {path} 对他人可读。请改为仅本人可读（chmod 600）。"
        raise VaultError(message)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        key = Key(record["id"], record["purpose"], base64.b64decode(record["key"], validate=True))
    except (ValueError, KeyError, TypeError) as error:
        message = f"密钥文件 {path} 已损坏，无法读取。"
        raise VaultError(message) from error
    if len(key.secret) != KEY_LENGTH:
        message = f"密钥文件 {path} 已损坏，长度不对。"
        raise VaultError(message)
    return key
