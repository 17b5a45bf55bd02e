"""What the administrator sees of deliveries: webhooks, dead letters, counts. No case, no address of a person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.adapters import hooks
from engine.core.errors import Invalid, NotFound
from engine.core.model import Acting, system
from engine.service.courier import SECRET
from engine.service.unit import Database
from engine.store import deliveries as rows
from engine.store import org

DUTY = "administrator"
ADMIN = system("admin")
LONGEST_URL = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxView:
    """The page of the administrator."""

    hooks: Sequence[Row[Any]]
    dead: Sequence[Row[Any]]
    counts: dict[str, int]


class Outbox:
    """Verbs of the administrator; to everybody else there is no such page."""

    def __init__(self, database: Database, *, private: bool) -> None:
        self._database = database
        self._private = private

    def view(self, acting: Acting) -> OutboxView:
        _require(acting)
        with self._database.unit(ADMIN) as unit:
            return OutboxView(
                hooks=rows.hooks(unit.connection),
                dead=rows.dead_letters(unit.connection),
                counts=rows.states(unit.connection),
            )

    def set_hook(self, acting: Acting, unit_key: str, url: str) -> str:
        """Let a unit's notices go to an address, and return the secret that signs them; it is shown this once.

        Raises:
            NotFound: not an administrator. Invalid: by field.
        """
        _require(acting)
        url = url.strip()
        problem = hooks.problem_of(url, private=self._private) or ("网址太长" if len(url) > LONGEST_URL else "")
        with self._database.unit(ADMIN) as unit:
            row = org.unit_by_key(unit.connection, unit_key.strip())
            problems = {"url": problem} if problem else {}
            problems |= {} if row is not None else {"unit": "没有这个单位，请填写单位目录中的代码"}
            if problems or row is None:
                raise Invalid(problems)
            secret = secrets.token_hex(32)
            sealed, key_id = unit.vault.seal(secret.encode(), context=SECRET)
            values = {"unit_id": row.id, "url": url, "sealed": sealed, "key_id": key_id}
            rows.put_hook(unit.connection, {**values, "at": unit.now, "person_id": acting.person_id})
        return secret

    def drop_hook(self, acting: Acting, unit_id: int) -> None:
        """Send a unit's notices nowhere any more.

        Raises:
            NotFound: not an administrator, or there is none.
        """
        _require(acting)
        with self._database.unit(ADMIN) as unit:
            if not rows.drop_hook(unit.connection, unit_id):
                raise NotFound("没有这个推送地址")

    def resend(self, acting: Acting, delivery_id: int) -> None:
        """Let a dead letter be tried again from the beginning.

        Raises:
            NotFound: not an administrator, or it is none.
        """
        _require(acting)
        with self._database.unit(ADMIN) as unit:
            if not rows.revive(unit.connection, delivery_id, unit.now):
                raise NotFound("没有这条未送达的通知")


def _require(acting: Acting) -> None:
    if DUTY not in acting.duties:
        raise NotFound("没有这一页")
