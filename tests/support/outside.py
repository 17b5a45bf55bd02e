"""Servers of other offices on the loopback interface: one that takes mail, one that takes webhooks."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Office:
    """What has arrived; ``refuses`` answers everything with an error."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    refuses: bool = False
    moved_to: str = ""


class _Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over a mail."""

    office: Office

    def handle(self) -> None:
        self._say("220 office")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"MAIL" and self.office.refuses:
                self._say("451 later")
            elif verb == b"DATA":
                self._say("354 go on")
                self.office.mails.append(self._data())
                self._say("250 taken")
            else:
                self._say("250 ok")

    def _data(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Office]:
    office = Office()
    handler = type("Handler", (_Smtp,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        yield from _served(server, office)


@contextmanager
def hook_server() -> Iterator[Office]:
    office = Office()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            office.posts.append((self.path, dict(self.headers.items()), body))
            self.send_response(302 if office.moved_to else 503 if office.refuses else 204)
            if office.moved_to:
                self.send_header("Location", office.moved_to)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        yield from _served(server, office)


def _served(server: socketserver.ThreadingTCPServer | ThreadingHTTPServer, office: Office) -> Iterator[Office]:
    server.daemon_threads = True
    office.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        thread.join()
