"""Where a person wants notices by mail: an address that they have proved to be theirs."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from engine.adapters.mail import Mailer, Undelivered, is_address
from engine.core.errors import Invalid, Refused
from engine.core.model import Acting
from engine.service.courier import ADDRESS
from engine.service.unit import Database, Unit
from engine.store import deliveries as rows

#: A code is good for so long, and for so many tries; the next one is sent after a while.
GOOD_FOR = timedelta(minutes=15)
NEXT_AFTER = timedelta(minutes=1)
MOST_TRIES = 5
NO_MAIL = "本系统没有设置邮件服务器，不能用邮件接收通知；请联系管理员"


class Mailboxes:
    """Verbs on one's own address; nobody sets another's."""

    def __init__(self, database: Database, mailer: Mailer | None) -> None:
        self._database = database
        self._mailer = mailer

    @property
    def offered(self) -> bool:
        return self._mailer is not None

    def mine(self, acting: Acting) -> tuple[str, bool]:
        """Return the person's address and whether it is proved; "" where there is none."""
        with self._database.unit(acting) as unit:
            row = rows.address_of(unit.connection, acting.person_id or 0)
            if row is None:
                return "", False
            address = unit.vault.open(bytes(row.sealed), row.key_id, context=ADDRESS).decode()
            return address, row.verified_at is not None

    def propose(self, acting: Acting, address: str) -> None:
        """Send a code to an address; nothing else is sent there before the code has come back.

        Raises:
            Invalid: it is no address. Refused: no mail server, too soon again, or the mail was not taken.
        """
        if self._mailer is None:
            raise Refused(NO_MAIL)
        address = address.strip()
        if not is_address(address):
            raise Invalid({"address": "邮箱地址的写法不对，例如 name@example.gov.cn"})
        code = f"{secrets.randbelow(10**6):06d}"
        with self._database.unit(acting) as unit:
            before = rows.address_of(unit.connection, acting.person_id or 0)
            if before is not None and before.code_until and before.code_until - GOOD_FOR + NEXT_AFTER > unit.now:
                raise Refused("验证码刚刚发出，请查收；一分钟后可以再发")
            sealed, key_id = unit.vault.seal(address.encode(), context=ADDRESS)
            values = {"sealed": sealed, "key_id": key_id, "code_digest": _digest(unit, acting, code), "tries": 0}
            values |= {"code_until": unit.now + GOOD_FOR, "verified_at": None}
            rows.put_address(unit.connection, acting.person_id or 0, values)
        text = f"您的验证码是 {code}，15 分钟内有效。\n\n不是您本人操作的，请不要理会。\n"
        try:
            self._mailer.send(address, "守护：邮箱验证码", text, key=f"code-{secrets.token_hex(8)}")
        except Undelivered as error:
            raise Refused("验证码邮件没有发出，请核对地址，稍后再试") from error

    def prove(self, acting: Acting, code: str) -> None:
        """Take the code that came by mail; from now on notices go there.

        Raises:
            Invalid: it is not the code, too old, or was tried too often.
        """
        with self._database.unit(acting) as unit:
            row = rows.address_of(unit.connection, acting.person_id or 0)
            alive = row is not None and row.code_digest is not None and row.code_until > unit.now
            if row is None or not alive or row.tries >= MOST_TRIES:
                raise Invalid({"code": "验证码已经失效，请重新发送"})
            good = hmac.compare_digest(bytes(row.code_digest), _digest(unit, acting, code.strip()))
            changed = {"verified_at": unit.now, "code_digest": None} if good else {"tries": row.tries + 1}
            rows.change_address(unit.connection, acting.person_id or 0, **changed)
        if not good:
            raise Invalid({"code": "验证码不对，请核对后再填"})

    def forget(self, acting: Acting) -> None:
        """Send nothing to the person any more."""
        with self._database.unit(acting) as unit:
            rows.drop_address(unit.connection, acting.person_id or 0)


def _digest(unit: Unit, acting: Acting, code: str) -> bytes:
    return unit.vault.blind_index(f"mail code {acting.person_id} {code}")
