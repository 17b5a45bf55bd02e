"""Posts a signed message to another office's system, and to nothing inside our own network.

The name is looked up once and the connection goes to that very address, so that a name which answers
differently the second time leads nowhere else. No redirect is followed.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
import ssl
from contextlib import closing
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from engine.adapters.mail import SECONDS, Undelivered

#: Sent with each message: when it was signed, and the signature of "when.body".
SIGNATURE, KEY = "Shouhu-Signature", "Idempotency-Key"
_ACCEPTED = range(200, 300)
_MOST_ANSWER = 1024


def problem_of(url: str, *, private: bool) -> str:
    """Return in a sentence why nothing may be sent to an address; "" where it may. Looks up nothing."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "网址的写法不对"
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        return "网址要以 https:// 开头，写全主机名"
    if parts.username or parts.password or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        return "网址里不能有账号、密码、空格或者特殊符号"
    if parts.scheme == "http" and not (private and _is_loopback(parts.hostname)):
        return "网址要以 https:// 开头"
    try:
        inside = not ipaddress.ip_address(parts.hostname).is_global
    except ValueError:
        inside = parts.hostname == "localhost" or "." not in parts.hostname
    return "不能发往内部网络的地址" if inside and not private else ""


def signature(secret: bytes, body: bytes, at: int) -> str:
    """Return the header that proves who sent a body, and when."""
    signed = hmac.digest(secret, f"{at}.".encode() + body, sha256).hex()
    return f"t={at},v1={signed}"


def post(url: str, body: bytes, *, secret: bytes, key: str, at: int, private: bool) -> None:
    """Send one message.

    Raises:
        Undelivered: not to be reached, not allowed, or not accepted.
    """
    if problem_of(url, private=private):
        raise Undelivered("NotAllowed")
    parts = urlsplit(url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "shouhu",
        SIGNATURE: signature(secret, body, at),
        KEY: key,
    }
    try:
        with closing(_connection(parts, private=private)) as connection:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(_MOST_ANSWER)
    except (OSError, HTTPException, ValueError) as error:
        raise Undelivered(type(error).__name__) from error
    if answer.status not in _ACCEPTED:
        raise Undelivered(f"HTTP {answer.status}")


def _connection(parts: SplitResult, *, private: bool) -> HTTPConnection:
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    family, address = _address(host, port, private=private)
    connection = HTTPConnection(host, port, timeout=SECONDS)
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(SECONDS)
        opened.connect(address)
        if parts.scheme == "https":
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
    except BaseException:
        opened.close()
        raise
    connection.sock = opened
    return connection


def _address(host: str, port: int, *, private: bool) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the address of a host; every one that its name has must be outside."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not private and not all(_is_outside(str(one[4][0])) for one in found):
        raise Undelivered("PrivateAddress")
    family, _, _, _, address = found[0]
    return family, (str(address[0]), int(address[1]))


def _is_outside(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and address.is_global and not inner.is_multicast)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
