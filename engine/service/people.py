"""People: who may sign in and for which units they act; the verbs of ``shouhu person``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.core.cover import Cover
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, ActingUnit, system
from engine.service import leaving
from engine.service.passwords import DEMONSTRATION, NOBODY, hash_password, matches, random_password, require_good
from engine.service.unit import Database
from engine.store import absences, org
from engine.store.schema import AnyRow

#: What a person may be beside a member of units; the last three exclude one another.
DUTIES = frozenset({"policy_officer", "approver", "supervisor", "security_officer", "auditor", "administrator"})
APART = frozenset({"security_officer", "auditor", "administrator"})
ADMIN = system("admin")


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A person who signed in; a session of an older ``epoch`` is no longer theirs."""

    acting: Acting
    epoch: int
    must_change: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A person as the list shows them; ``units`` are keys, a unit's head marked ``*``."""

    login: str
    name: str
    duties: tuple[str, ...]
    units: tuple[str, ...]
    ended_at: datetime | None


class People:
    """The people of a database; passwords of a demonstration are good only in one."""

    def __init__(self, database: Database, *, demonstration: bool = False) -> None:
        self._database = database
        self._demonstration = demonstration

    def sign_in(self, login: str, password: str, now: datetime | None = None) -> SignedIn | None:
        """Return who signed in, or None; a wrong login takes as long as a wrong password."""
        with self._database.unit(ADMIN, now=now) as unit:
            row = org.person_by_login(unit.connection, login.strip())
        # Nothing is held in the database while the password is worked out.
        good = matches(password, row.password_hash if row is not None else NOBODY)
        if row is None or not good or (row.password_hash.startswith(DEMONSTRATION) and not self._demonstration):
            return None
        with self._database.unit(ADMIN, now=now) as unit:
            return _signed_in(unit.connection, row.id, unit.now)

    def sign_out(self, acting: Acting) -> None:
        """End all sessions of a person, so that a copied one opens nothing any more."""
        with self._database.unit(ADMIN) as unit:
            org.change_person(unit.connection, acting.person_id or 0)

    def session(self, person_id: int) -> SignedIn:
        """Return a person with today's units.

        Raises:
            NotFound: there is none, or they have ended.
        """
        with self._database.unit(ADMIN) as unit:
            found = _signed_in(unit.connection, person_id, unit.now)
        if found is None:
            raise NotFound(_NOBODY)
        return found

    def acting(self, person_id: int) -> Acting:
        """Return a person as one who acts.

        Raises:
            NotFound: there is none, or they have ended.
        """
        return self.session(person_id).acting

    def acting_by_login(self, login: str) -> Acting:
        """Return the person of this login as one who acts.

        Raises:
            NotFound: there is none, or they have ended.
        """
        with self._database.unit(ADMIN) as unit:
            found = _signed_in(unit.connection, _somebody(unit.connection, login).id, unit.now)
        if found is None:
            raise NotFound(_NOBODY)
        return found.acting

    def add(
        self,
        login: str,
        name: str,
        password: str | None = None,
        *,
        units: Iterable[str] = (),
        heads: Iterable[str] = (),
        duties: Iterable[str] = (),
        must_change: bool = True,
        password_hash: str | None = None,
    ) -> int:
        """Add a person and return the id.

        Args:
            login: small letters, digits and ``. _ @ -``; kept in small letters.
            units: keys of the units for which they act; ``heads``: those of which they are the head.
            password_hash: instead of a password, one that :func:`hash_password` made (demonstration).

        Raises:
            Invalid: by field; the login is taken, a unit or duty is not known, duties exclude one another.
        """
        login, duties, heads = login.strip().lower(), sorted(set(duties)), set(heads)
        _require_duties(duties)
        if password_hash is None:
            require_good(password or "", login, field="password")
            password_hash = hash_password(password or "")
        with self._database.unit(ADMIN) as unit:
            if org.person_by_login(unit.connection, login) is not None:
                raise Invalid({"login": f"登录名 {login} 已有人使用"})
            wanted = [(_unit_of(unit.connection, key), key in heads) for key in {*units, *heads}]
            values = {"login": login, "name": name, "password_hash": password_hash, "duties": duties}
            try:
                person_id = org.add_person(unit.connection, **values, must_change=must_change, created_at=unit.now)
            except IntegrityError as error:
                raise Invalid({"login": "登录名只能用小写字母、数字和 . _ @ -，2至64个字符"}) from error
            for row, head in wanted:
                org.join_unit(unit.connection, person_id, row.id, head=head, since=unit.now)
        return person_id

    @staticmethod
    def new_password() -> str:
        """Return a random password for a first sign-in."""
        return random_password()

    def add_administrator(self, login: str = "admin", name: str = "系统管理员") -> str | None:
        """Add the first administrator and return the password, to be shown once; None if there are people."""
        with self._database.unit(ADMIN) as unit:
            if org.anybody(unit.connection):
                return None
        password = random_password()
        self.add(login, name, password, duties=("administrator",))
        return password

    def end(self, login: str, *, hand_over_to: str | None = None) -> int:
        """End a person: their memberships and sessions with them; what they did stays theirs.

        Returns how many items in their hands went to ``hand_over_to``.

        Raises:
            NotFound: no such person. Refused: they have ended already, are the last administrator, or hold items.
            Invalid: whoever takes over cannot do all of it.
        """
        with self._database.unit(ADMIN) as unit:
            row = _somebody(unit.connection, login)
            if row.ended_at is not None:
                message = f"{login} 已经停用"
                raise Refused(message)
            if "administrator" in row.duties and _administrators(unit.connection) == 1:
                message = f"{login} 是最后一名系统管理员，请先添加另一名再停用"
                raise Refused(message)
            moved = leaving.hand_over(unit, row, from_units=None, to_login=hand_over_to)
            org.leave_units(unit.connection, row.id, unit.now)
            org.change_person(unit.connection, row.id, ended_at=unit.now)
            return moved

    def set_password(self, login: str, password: str | None = None) -> str:
        """Give a person a new password that they must change, and return it; all sessions end."""
        password = password or random_password()
        require_good(password, login, field="password")
        hashed = hash_password(password)
        with self._database.unit(ADMIN) as unit:
            row = _somebody(unit.connection, login)
            org.change_person(unit.connection, row.id, password_hash=hashed, must_change=True)
        return password

    def change_password(self, acting: Acting, old: str, new: str) -> int:
        """Change one's own password and return the new session epoch; all other sessions end.

        Raises:
            Invalid: ``old`` is not the password, or ``new`` is easily guessed.
        """
        with self._database.unit(ADMIN) as unit:
            row = org.person_by_id(unit.connection, acting.person_id or 0)
        if row is None:
            raise NotFound(_NOBODY)
        if not matches(old, row.password_hash):
            raise Invalid({"old": "原密码不对"})
        if old == new:
            raise Invalid({"new": "新密码与原密码相同"})
        require_good(new, row.login)
        hashed = hash_password(new)
        with self._database.unit(ADMIN) as unit:
            return org.change_person(unit.connection, row.id, password_hash=hashed, must_change=False)

    def join(self, login: str, unit_key: str, *, head: bool = False) -> None:
        """Let a person act for a unit from now on.

        Raises:
            NotFound: no such person. Invalid: no such unit. Refused: the person has ended.
        """
        with self._database.unit(ADMIN) as unit:
            row = _somebody(unit.connection, login)
            if row.ended_at is not None:
                message = f"{login} 已经停用，不能再加入单位"
                raise Refused(message)
            joined = _unit_of(unit.connection, unit_key)
            org.join_unit(unit.connection, row.id, joined.id, head=head, since=unit.now)

    def leave(self, login: str, unit_key: str, *, hand_over_to: str | None = None) -> int:
        """End a person's membership of a unit; see :meth:`end` for what is in their hands.

        Raises:
            NotFound: no such person. Refused: they do not act for the unit, or hold items of it.
            Invalid: whoever takes over cannot do all of it.
        """
        with self._database.unit(ADMIN) as unit:
            row = _somebody(unit.connection, login)
            left = _unit_of(unit.connection, unit_key)
            moved = leaving.hand_over(unit, row, from_units=[left.id], to_login=hand_over_to)
            if org.leave_units(unit.connection, row.id, unit.now, unit_id=left.id) == 0:
                message = f"{login} 不在 {unit_key}"
                raise Refused(message)
            return moved

    def everybody(self, jurisdiction: str | None = None) -> list[Listed]:
        """Return all people, or those of a jurisdiction's units, by login."""
        with self._database.unit(ADMIN) as unit:
            rows = org.everybody(unit.connection, jurisdiction)
        return _listed(rows)


_NOBODY = "没有这个人，或者已经停用"


def _signed_in(connection: Connection, person_id: int, now: datetime) -> SignedIn | None:
    rows = org.person_with_units(connection, person_id, now)
    if not rows:
        return None
    first = rows[0]
    units = tuple(_acting_unit(row) for row in rows if row.unit_id is not None)
    acting = Acting(
        person_id=first.id,
        name=first.name,
        units=units,
        duties=frozenset(first.duties),
        covers=tuple(_cover(row) for row in absences.covers_of(connection, first.id, now)),
    )
    return SignedIn(acting=acting, epoch=first.session_epoch, must_change=first.must_change)


def _cover(row: AnyRow) -> Cover:
    return Cover(
        person_id=row.person_id,
        name=row.name,
        since=row.since,
        until=row.until,
        procedures=frozenset(row.procedures),
    )


def _acting_unit(row: AnyRow) -> ActingUnit:
    return ActingUnit(
        id=row.unit_id,
        key=row.unit_key,
        name=row.unit_name,
        roles=frozenset(row.roles),
        head=row.head,
        jurisdiction=row.jurisdiction,
        area_key=row.area_key,
    )


def _listed(rows: Sequence[AnyRow]) -> list[Listed]:
    units: dict[str, list[str]] = {}
    people = {}
    for row in rows:
        people[row.login] = row
        if row.unit_key is not None:
            units.setdefault(row.login, []).append(f"{row.unit_key}*" if row.head else row.unit_key)
    return [
        Listed(
            login=login,
            name=row.name,
            duties=tuple(row.duties),
            units=tuple(units.get(login, ())),
            ended_at=row.ended_at,
        )
        for login, row in people.items()
    ]


def _somebody(connection: Connection, login: str) -> AnyRow:
    row = org.person_by_login(connection, login.strip())
    if row is None:
        message = f"没有登录名为 {login} 的人"
        raise NotFound(message)
    return row


def _unit_of(connection: Connection, key: str) -> AnyRow:
    row = org.unit_by_key(connection, key)
    if row is None:
        raise Invalid({"units": f"没有代号为 {key} 的单位"})
    return row


def _administrators(connection: Connection) -> int:
    alive = [row for row in _listed(org.everybody(connection)) if row.ended_at is None]
    return sum("administrator" in row.duties for row in alive)


def _require_duties(duties: Sequence[str]) -> None:
    unknown = [duty for duty in duties if duty not in DUTIES]
    if unknown:
        raise Invalid({"duties": f"没有 {'、'.join(unknown)} 这种职责；可用：{'、'.join(sorted(DUTIES))}"})
    if len(APART.intersection(duties)) > 1:
        raise Invalid({"duties": "安全管理员、审计员、系统管理员三种职责不能由一人兼任"})
