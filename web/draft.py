"""A small file kept in the page between preview and confirmation: signed, so that what was seen is what is done.

Nothing waits on the server, so nothing is left over where somebody does not go on. The service reads the
content again when it is confirmed; the signature only tells that this application handed it out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from engine.core.errors import Refused

#: How large a file may be that goes through the page; a year's plan is a few kilobytes.
LARGEST = 64 * 1024


def sealed(secret: str, purpose: str, name: str, content: bytes) -> str:
    """Return the text of a hidden field that holds this file."""
    body = base64.urlsafe_b64encode(json.dumps([name, content.decode("latin-1")]).encode()).decode()
    return f"{_signature(secret, purpose, body)}.{body}"


def opened(secret: str, purpose: str, text: str) -> tuple[str, bytes]:
    """Return name and content of what :func:`sealed` wrote.

    Raises:
        Refused: it was not written here for this purpose, or was changed.
    """
    signature, _, body = text.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, purpose, body).encode()):
        raise Refused("预览过的文件没有完整带回来，请重新选择文件")
    name, content = json.loads(base64.urlsafe_b64decode(body))
    return str(name), str(content).encode("latin-1")


def _signature(secret: str, purpose: str, body: str) -> str:
    key = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
    return hmac.digest(key, body.encode(), hashlib.sha256).hex()
