"""Hands a mail to the office's own server. Knows no case."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr

SECONDS = 10.0
#: How the way to the server is protected.
TLS, STARTTLS, NONE = "tls", "starttls", "none"


class Undelivered(Exception):
    """Something could not be handed over; the text is a code, without an address or a word of the message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailer:
    """One mail server with what it wants to know of us."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = STARTTLS

    def send(self, to: str, subject: str, text: str, *, key: str) -> None:
        """Hand over one mail; ``key`` is the same whenever the same mail is sent again.

        Raises:
            Undelivered: the server cannot be reached, or takes it not.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Message-ID"] = f"<{key}@{parseaddr(self.sender)[1].rpartition('@')[2] or 'localhost'}>"
        message.set_content(text)
        try:
            with closing(self._connect()) as server:
                server.send_message(message)
                server.quit()
        except (smtplib.SMTPException, OSError) as error:
            code = getattr(error, "smtp_code", "")
            raise Undelivered(f"{type(error).__name__} {code}".strip()) from error

    def _connect(self) -> smtplib.SMTP:
        if self.security == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security == STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def is_address(text: str) -> bool:
    """Say whether a text can be a mail address: one line, one @, a name on both sides."""
    name, _, host = text.partition("@")
    plain = text.isascii() and text.isprintable() and " " not in text and parseaddr(text)[1] == text
    return plain and bool(name) and "." in host and "@" not in host and len(text) <= 254  # noqa: PLR2004 - RFC 5321
