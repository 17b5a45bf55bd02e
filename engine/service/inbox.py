"""What waits for whom: lists, counts and notices; one item with its form is in ``itemview``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.bpmn.release import Release
from engine.core.cover import covered
from engine.core.deadlines import day_of
from engine.core.errors import Invalid
from engine.core.listing import PAGE, Sort, View, Viewer, Wanted
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service.casework import Casework
from engine.service.directory import Directories
from engine.service.discretion import Discretion, Discretions, may_be_narrow, may_be_told_less
from engine.service.exporting import MOST_ROWS, Sheet, note_reading
from engine.service.filters import SavedFilter, chosen, filters_for
from engine.service.inboxrows import InboxRow, Rows, flags_of, kept_back, line_of, read_file
from engine.service.inboxsheets import inbox_sheet, notices_sheet
from engine.service.itemview import Items, ItemView
from engine.service.receipts import digest_of
from engine.service.releases import Releases
from engine.service.submissions import only_said, said_in
from engine.service.unit import Database, Unit
from engine.store import inbox as queries
from engine.store import lists

#: What the area of a whole jurisdiction is called among its areas.
WHOLE = "全境"
#: How many cases one search of the list narrows it to.
MOST_FOUND = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of a list, with what stands around it.

    ``more``: there is a next page; ``today``: what the person wants to look at again by today, on the first
    page of an unnarrowed list; ``by``: the filter that was asked for; ``procedures`` and ``areas`` are what one can
    narrow by.
    """

    wanted: Wanted
    by: SavedFilter | None
    rows: Sequence[InboxRow]
    more: bool
    today: Sequence[InboxRow]
    counts: dict[str, int]
    place: str
    procedures: Sequence[tuple[str, str]]
    areas: Sequence[tuple[int, str]]
    filters: Sequence[SavedFilter]


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What stands around the lists of a jurisdiction."""

    code: str
    release: Release
    directory: Directory


class Inbox:
    """Reads for the acting person; the database's row-level security says the same again."""

    def __init__(
        self,
        database: Database,
        releases: Releases,
        directories: Directories,
        casework: Casework,
        discretions: Discretions,
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = discretions
        self._rows = Rows(releases, directories)
        self._items = Items(database, releases, casework, discretions, self._rows)

    def counts(self, acting: Acting) -> dict[str, int]:
        with self._database.unit(acting) as unit:
            return self._counts(unit, acting)

    def items(self, acting: Acting, *, view: str = "mine", sort: str = "due", page: int = 1) -> list[InboxRow]:
        """Return one page of a view, unnarrowed."""
        wanted = Wanted(view=View(view), sort=Sort(sort), page=page)
        with self._database.unit(acting) as unit:
            return self._page(unit, acting, wanted, self._around(unit, acting))[0]

    def waiting(self, acting: Acting) -> int:
        """Return how many items wait for the person, as far as anybody counts."""
        with self._database.unit(acting) as unit:
            return queries.waiting_for(unit.connection, viewer_of(acting, unit.now))

    def listing(self, acting: Acting, wanted: Wanted | None = None, *, filter_id: int | None = None) -> Listing:
        """Return one page of a list with everything that stands around it.

        Without ``wanted`` the filter of this id is taken; without either the person's default.

        Raises:
            NotFound: there is no such filter.
        """
        with self._database.unit(acting) as unit:
            filters = filters_for(unit, acting)
            by = None
            if wanted is None or filter_id is not None:
                by, wanted = chosen(filters, filter_id, wanted.page if wanted else 1)
            around = self._around(unit, acting)
            rows, more = self._page(unit, acting, wanted, around)
            counts = self._counts(unit, acting)
            on_top = counts["follow"] and wanted.page == 1 and wanted.view is not View.DONE and not wanted.is_narrowed
            today = Wanted(view=View.WORKING, follow_up=True)
            return Listing(
                wanted=wanted,
                by=by,
                rows=rows,
                more=more,
                today=self._page(unit, acting, today, around)[0] if on_top else (),
                counts=counts,
                place=around.release.name if around else "",
                procedures=_procedures(around.release) if around else (),
                areas=_areas(acting, around.directory) if around else (),
                filters=filters,
            )

    def sheet(self, acting: Acting, wanted: Wanted | None = None, *, filter_id: int | None = None) -> Sheet:
        """Return a whole list to be taken along, as far as ``MOST_ROWS``; each case in it counts as read.

        Raises:
            NotFound: there is no such filter.
        """
        with self._database.unit(acting) as unit:
            if wanted is None or filter_id is not None:
                _, wanted = chosen(filters_for(unit, acting), filter_id, 1)
            ids = lists.ids_of(
                unit.connection,
                viewer_of(acting, unit.now),
                wanted,
                now=unit.now,
                today=day_of(unit.now),
                most=MOST_ROWS,
            )
            found = queries.rows_of(unit.connection, ids, acting.person_id)
            rows = self._told(unit, acting, found, wanted.view, self._around(unit, acting))
            note_reading(unit, (row.case_id for row in rows), "导出待办列表")
            return inbox_sheet(rows, {one.id: one.case_number for one in found}, unit.now)

    def notices_sheet(self, acting: Acting) -> Sheet:
        """Return the notices of the person's units to be taken along; each case in them counts as read."""
        with self._database.unit(acting) as unit:
            found = queries.notices_for(unit.connection, acting.unit_ids)
            note_reading(unit, (one.case_id for one in found if one.case_number), "导出通知列表")
            return notices_sheet(found)

    def find(self, acting: Acting, text: str) -> tuple[int, ...]:
        """Return the cases that a case number, a child's code or a receipt means, for the address of a list.

        Raises:
            Invalid: there is none, or there are too many to list.
        """
        text = "".join(text.split())
        if not text:
            raise Invalid({"q": "请写个案号、儿童代码或者回执号"})
        with self._database.unit(acting) as unit:
            found = queries.cases_found(
                unit.connection, text, digest_of(text.replace("-", "").lower()), most=MOST_FOUND + 1
            )
        if not found:
            raise Invalid({"q": "没有查到，或者不在您的查阅范围内；请核对个案号、儿童代码或者回执号"})
        if len(found) > MOST_FOUND:
            raise Invalid({"q": f"查到的超过 {MOST_FOUND} 件，请把号码写得更完整"})
        return tuple(found)

    def _counts(self, unit: Unit, acting: Acting) -> dict[str, int]:
        return queries.counts_of(unit.connection, viewer_of(acting, unit.now), now=unit.now, today=day_of(unit.now))

    def _around(self, unit: Unit, acting: Acting) -> Around | None:
        """Return release and directory of the person's jurisdiction, as the database has them now."""
        if not acting.units:
            return None
        code = acting.units[0].jurisdiction
        row = queries.around(unit.connection, code, unit.now)
        return Around(
            code=code,
            release=self._releases.found(unit.connection, row.release_id),
            directory=self._directories.at(unit.connection, code, row.directory_mark or ""),
        )

    def _page(self, unit: Unit, acting: Acting, wanted: Wanted, around: Around | None) -> tuple[list[InboxRow], bool]:
        """Return the rows of a page, and whether there are more."""
        ids = lists.ids_of(
            unit.connection,
            viewer_of(acting, unit.now),
            wanted,
            now=unit.now,
            today=day_of(unit.now),
            most=PAGE + 1,
            skip=(wanted.page - 1) * PAGE,
        )
        found = queries.rows_of(unit.connection, ids[:PAGE], acting.person_id)
        return self._told(unit, acting, found, wanted.view, around), len(ids) > PAGE

    def _told(
        self, unit: Unit, acting: Acting, found: Sequence[Row[Any]], view: View, around: Around | None
    ) -> list[InboxRow]:
        """Return these items as the person may be told of them."""
        shared = self._rows.shared(unit, found)
        shown = {one.id: replace(self._rows.row(unit, one, shared), follow_on=one.follow_on) for one in found}
        if found and may_be_told_less(acting):
            shown |= self._told_less(unit, acting, found, shown, view, around)
        return list(shown.values())

    def _told_less(
        self,
        unit: Unit,
        acting: Acting,
        found: Sequence[Row[Any]],
        shown: Mapping[int, InboxRow],
        view: View,
        around: Around | None,
    ) -> dict[int, InboxRow]:
        """Return the rows of which the person may not be told all: who reported, and what others said of a child."""
        known = {around.code: around.directory} if around else {}
        for code in {one.jurisdiction for one in found} - known.keys():
            known[code] = self._directories.of(unit.connection, code)
        reporters = self._discretions.last_reporters(unit, {one.case_id for one in found}, known)
        in_question = [one for one in found if self._is_in_question(unit, acting, one, reporters, view)]
        cases = {one.case_id for one in in_question}
        each = self._discretions.of_each(unit, acting, cases, known) if cases else {}
        outside = sorted(case_id for case_id, kept in each.items() if kept.answers_of is not None)
        said = said_in(unit, outside, acting.unit_ids) if outside else {}
        return {
            one.id: _kept_back(unit, one, shown[one.id], each[one.case_id], said.get(one.case_id, {}))
            for one in in_question
        }

    def _is_in_question(
        self, unit: Unit, acting: Acting, one: Row[Any], reporters: Collection[int], view: View
    ) -> bool:
        """Say whether more has to be asked about a row before it is shown."""
        brought = may_be_narrow(acting) and self._discretions.is_brought(unit, one)
        return brought or one.source_unit_id in reporters or (view is View.HANDED and one.unit_id in reporters)

    def notices(self, acting: Acting) -> list[Row[Any]]:
        with self._database.unit(acting) as unit:
            return list(queries.notices_for(unit.connection, acting.unit_ids))

    def read_notices(self, acting: Acting) -> None:
        with self._database.unit(acting) as unit:
            queries.mark_read(unit.connection, acting.unit_ids, unit.now)

    def item(self, acting: Acting, item_id: int) -> ItemView:
        """Return an item that one of the person's units may claim or did.

        Raises:
            NotFound: no such item, or not one of theirs: the two look the same.
        """
        return self._items.of(acting, item_id)


def _procedures(release: Release) -> list[tuple[str, str]]:
    """Return key and name of the procedures of a jurisdiction."""
    return [(key, procedure.model.name) for key, procedure in sorted(release.procedures.items())]


def _areas(acting: Acting, directory: Directory) -> list[tuple[int, str]]:
    """Return id and name of the areas that the person's units serve, and of those below them."""
    served = {one.area_key for one in acting.units}
    within = [key for key in directory.areas if any(key == one or key.startswith(f"{one}.") for one in served)]
    return [(directory.areas[key], key.partition(".")[2].replace(".", " ") or WHOLE) for key in sorted(within)]


def viewer_of(acting: Acting, now: datetime) -> Viewer:
    return Viewer(
        person_id=acting.person_id,
        unit_ids=acting.unit_ids,
        narrow=may_be_narrow(acting),
        covered=covered(acting.covers, now),
    )


def _kept_back(unit: Unit, one: Row[Any], shown: InboxRow, kept: Discretion, said: Mapping[str, Any]) -> InboxRow:
    """Return a row without a reporter that is kept from the reader, and with no more of a child than they said."""
    told = kept_back(shown, kept, one.unit_id)
    if kept.hides(one.source_unit_id):
        told = replace(told, source_name=None)
    if kept.answers_of is None:
        return told
    known = only_said(read_file(unit, one), said)
    return replace(told, child_line=line_of(one, known, unit.now), flags=flags_of(one, known))
