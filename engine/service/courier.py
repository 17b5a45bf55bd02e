"""Carries notices out of the system: numbers alone, at least once, again and again until it is hopeless.

What there is to send is worked out from notices that are not spread yet, by the worker: no verb of casework
waits for it. Each delivery is a row with a key of its own, the same at every try.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, time, timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from engine.adapters import hooks
from engine.adapters.mail import Mailer, Undelivered
from engine.core.deadlines import SHANGHAI
from engine.core.model import system
from engine.service.unit import Database, Unit
from engine.store import deliveries as rows

log = structlog.get_logger()

CLOCK = system("clock")
ADDRESS, SECRET = "mail_address.sealed", "webhook.sealed"
#: How long after the first, second … failed try the next one is; after the last it is a dead letter.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
#: When the numbers of the day are counted, in Shanghai.
MORNING = time(8)
#: So many deliveries in one go; the next go is a few seconds later.
AT_ONCE = 200

KINDS: Mapping[str, str] = {
    "reminder": "临期提醒",
    "overdue": "超期提醒",
    "escalated": "超期报告",
    "watch": "时限提醒",
    "moved": "移送",
    "told": "办结通知",
    "urged": "催办",
    "pressed": "督办",
}


class Courier:
    """Spreads, sends and counts. ``mailer`` is None where no mail server is set."""

    def __init__(self, database: Database, *, mailer: Mailer | None, base_url: str, private: bool) -> None:
        self._database = database
        self._mailer = mailer
        self._base = base_url.rstrip("/")
        self._private = private

    def spread(self) -> int:
        """Make a delivery for everybody whom a new notice is to reach outside; return how many notices there were."""
        done = 0
        while True:
            with self._database.unit(CLOCK) as unit:
                taken = rows.take_up(unit.connection)
                rows.put_out(unit.connection, list(self._deliveries(unit, taken)))
                rows.mark_spread(unit.connection, [one.id for one in taken])
            done += len(taken)
            if len(taken) < rows.AT_ONCE:
                return done

    def send(self) -> int:
        """Send what is due, one after the other, each in a transaction of its own; return how many were sent."""
        sent = 0
        for _ in range(AT_ONCE):
            went = self._send_next()
            if went is None:
                break
            sent += went
        return sent

    def count_mornings(self) -> int:
        """Count each unit with a head once a day, from eight o'clock on, and let its heads know."""
        made = 0
        with self._database.unit(CLOCK) as unit:
            local = unit.now.astimezone(SHANGHAI)
            if local.time() < MORNING:
                return 0
            wanted = rows.units_without_digest(unit.connection, local.date(), unit.now)
            counted = rows.counts(unit.connection, wanted, unit.now)
            for unit_id in wanted:
                values = {"unit_id": unit_id, "day": local.date(), "at": unit.now, **counted[unit_id]}
                digest_id = rows.add_digest(unit.connection, values)
                if digest_id is not None:
                    made += 1
                    heads = self._mails(rows.wanting_mail(unit.connection, [unit_id], unit.now, heads=True))
                    there = rows.units_with_hook(unit.connection, [unit_id])
                    out = [*_to_persons(heads, unit, digest_id=digest_id), *_to_units(there, unit, digest_id=digest_id)]
                    rows.put_out(unit.connection, out)
        return made

    def _deliveries(self, unit: Unit, taken: Sequence[Row[Any]]) -> Iterable[dict[str, Any]]:
        units = sorted({one.unit_id for one in taken if one.unit_id is not None})
        members: dict[int, list[int]] = {}
        for row in rows.wanting_mail(unit.connection, units, unit.now, heads=False):
            members.setdefault(row.unit_id, []).append(row.person_id)
        named = [one.person_id for one in taken if one.person_id is not None]
        themselves = rows.persons_wanting_mail(unit.connection, named)
        hooked = rows.units_with_hook(unit.connection, units)
        for one in taken:
            own = [one.person_id] if one.person_id in themselves else []
            people = self._only_with_mail({*members.get(one.unit_id, ()), *own})
            yield from _to_persons(people, unit, notice_id=one.id)
            yield from _to_units({one.unit_id} & hooked, unit, notice_id=one.id)

    def _mails(self, found: Sequence[Row[Any]]) -> list[int]:
        return self._only_with_mail({one.person_id for one in found})

    def _only_with_mail(self, people: Iterable[int]) -> list[int]:
        return sorted(people) if self._mailer is not None else []

    def _send_next(self) -> bool | None:
        """Send one delivery: whether it went out, None where none is due."""
        with self._database.unit(CLOCK) as unit:
            row = rows.next_waiting(unit.connection, unit.now)
            if row is None:
                return None
            try:
                self._hand_over(unit, row)
            except Undelivered as error:
                self._put_off(unit, row, str(error))
                return False
            rows.change(unit.connection, row.id, state=rows.SENT, sent_at=unit.now, tries=row.tries + 1, error=None)
            return True

    def _hand_over(self, unit: Unit, row: Row[Any]) -> None:
        if row.channel == rows.MAIL:
            if self._mailer is None or row.verified_at is None:
                raise Undelivered("NoAddress")
            to = unit.vault.open(bytes(row.address), row.address_key, context=ADDRESS).decode()
            subject, text = self._letter(row)
            self._mailer.send(to, subject, text, key=row.key)
            return
        if row.url is None:
            raise Undelivered("NoAddress")
        secret = unit.vault.open(bytes(row.secret), row.secret_key, context=SECRET)
        body = json.dumps(self._message(row), ensure_ascii=False, sort_keys=True).encode()
        at = int(unit.now.timestamp())
        hooks.post(row.url, body, secret=secret, key=row.key, at=at, private=self._private)

    def _put_off(self, unit: Unit, row: Row[Any], error: str) -> None:
        tries = row.tries + 1
        log.warning("delivery_failed", delivery=row.id, channel=row.channel, tries=tries, error=error)
        if tries > len(PAUSES):
            rows.change(unit.connection, row.id, state=rows.DEAD, tries=tries, error=error)
        else:
            later = unit.now + PAUSES[tries - 1]
            rows.change(unit.connection, row.id, tries=tries, next_at=later, error=error)

    def _letter(self, row: Row[Any]) -> tuple[str, str]:
        """Return subject and text of a mail: numbers, a kind and a link."""
        if row.digest_id is not None:
            numbers = f"在办 {row.open} 件，临期 {row.near} 件，超期 {row.overdue} 件，被催办 {row.urged} 件"
            return f"守护：{_day(row.day)}办件摘要", f"{numbers}。\n\n请登录查看：{self._link('/inbox')}\n"
        kind = KINDS.get(row.kind, "通知")
        lines = [f"类别：{kind}", f"个案编号：{row.case_number}", f"环节：{row.about}"]
        lines += [f"事项编号：{row.work_item_id}"] if row.work_item_id else []
        text = "\n".join([*lines, "", f"请登录查看：{self._link(f'/notices/{row.notice_id}')}", ""])
        return f"守护：个案 {row.case_number} {kind}", text

    def _message(self, row: Row[Any]) -> dict[str, Any]:
        """Return the body of a webhook: numbers, codes and a link."""
        if row.digest_id is not None:
            numbers = {name: getattr(row, name) for name in ("open", "near", "overdue", "urged")}
            return {
                "id": row.key,
                "kind": "digest",
                "day": row.day.isoformat(),
                **numbers,
                "link": self._link("/inbox"),
            }
        return {
            "id": row.key,
            "kind": row.kind,
            "notice": row.notice_id,
            "case": row.case_number,
            "item": row.work_item_id,
            "about": row.about,
            "at": row.told_at.astimezone(UTC).isoformat(timespec="seconds"),
            "link": self._link(f"/notices/{row.notice_id}"),
        }

    def _link(self, path: str) -> str:
        return f"{self._base}{path}"


def _to_persons(people: Iterable[int], unit: Unit, **about: int) -> Iterable[dict[str, Any]]:
    for person_id in people:
        yield {**_row(unit, rows.MAIL, person_id, about), "person_id": person_id}


def _to_units(units: Iterable[int], unit: Unit, **about: int) -> Iterable[dict[str, Any]]:
    for unit_id in units:
        yield {**_row(unit, rows.HOOK, unit_id, about), "unit_id": unit_id}


def _row(unit: Unit, channel: str, target: int, about: Mapping[str, int]) -> dict[str, Any]:
    """Return a delivery; its key names what goes to whom, so that it is made once."""
    (kind, number), *_ = about.items()
    key = f"{kind.removesuffix('_id')}-{number}-{channel}-{target}"
    return {"key": key, "channel": channel, **about, "made_at": unit.now, "next_at": unit.now}


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
