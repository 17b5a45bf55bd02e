"""What is asked of the application, before any page looks at it: no text and no file that could break one."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Request
from werkzeug.routing import IntegerConverter

from engine.adapters.files import LARGEST

#: A film from a phone is refused by its name with the rest of the form kept, so it must be let in first.
LARGEST_UPLOAD = 400 * 1024 * 1024
#: Who is not signed in any more keeps what was typed, beside a file that might have been taken.
LARGEST_UNSIGNED = LARGEST + 2 * 1024 * 1024
#: What one request may hold of files in memory; what comes beyond is refused like a file that is too large.
MOST_HELD = 6 * LARGEST


class Id(IntegerConverter):
    """A number in an address, as long as the database can hold one; anything longer is no page."""

    regex = r"\d{1,18}"


class Held(io.BytesIO):
    """A file while it comes in: in memory, since a temporary file would lay it open on the disk.

    Of a file beyond the limit nothing is held; it reads as one that is too large.
    """

    def __init__(self, request: Asked) -> None:
        super().__init__()
        self._request = request
        self._over = False

    def write(self, part: Any) -> int:
        """Hold a part, unless the file or all files of the request have become too large."""
        size = len(part)
        self._request.held += 0 if self._over else size
        if not self._over and (self.tell() + size > LARGEST or self._request.held > MOST_HELD):
            self._request.held -= self.tell() + size
            self._over = True
            self.seek(0)
            self.truncate()
        return size if self._over else super().write(part)

    def read(self, size: int | None = -1) -> bytes:
        """Return what is held; for a file that was let go, as much as shows that it is too large."""
        if self._over:
            return bytes(LARGEST + 1)
        return super().read(size)


class Asked(Request):
    """A request whose texts hold no NUL, which no database takes, and whose files touch no disk."""

    held = 0

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return Held(self)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        form = self.__dict__["form"]
        if any("\0" in text for text in form.values()) or any("\0" in one for _, one in form.items(multi=True)):
            clean = [(name, text.replace("\0", "")) for name, text in form.items(multi=True)]
            self.__dict__["form"] = self.parameter_storage_class(clean)
