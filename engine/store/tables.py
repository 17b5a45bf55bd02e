"""Every table by name, and the MetaData that holds them all."""

from __future__ import annotations

from engine.store.absences import absence
from engine.store.acts import item_act
from engine.store.cadences import occurrence
from engine.store.calendars import calendar
from engine.store.cases import (
    awaiting,
    case,
    case_access,
    child,
    incident,
    instance,
    subscription,
    timer,
    work_item,
    work_item_unit,
)
from engine.store.children import child_access, child_change, child_index, child_look, relation
from engine.store.deliveries import daily_digest, delivery, mail_address, notice_reading, webhook
from engine.store.evidence import access, anchor, journal
from engine.store.followups import follow_up
from engine.store.limits import limit_change
from engine.store.notices import notice
from engine.store.org import area, membership, person, unit
from engine.store.paper import attachment, counter, document, draft, receipt, submission
from engine.store.papers import paper_issue, paper_step
from engine.store.presses import press
from engine.store.register import register_entry
from engine.store.releases import artifact, blob, release
from engine.store.rosters import roster, roster_mapping, roster_row
from engine.store.savedfilters import default_filter, saved_filter
from engine.store.schema import metadata
from engine.store.vault import vault_key

__all__ = [
    "absence",
    "access",
    "anchor",
    "area",
    "artifact",
    "attachment",
    "awaiting",
    "blob",
    "calendar",
    "case",
    "case_access",
    "child",
    "child_access",
    "child_change",
    "child_index",
    "child_look",
    "counter",
    "daily_digest",
    "default_filter",
    "delivery",
    "document",
    "draft",
    "follow_up",
    "incident",
    "instance",
    "item_act",
    "journal",
    "limit_change",
    "mail_address",
    "membership",
    "metadata",
    "notice",
    "notice_reading",
    "occurrence",
    "paper_issue",
    "paper_step",
    "person",
    "press",
    "receipt",
    "register_entry",
    "relation",
    "release",
    "roster",
    "roster_mapping",
    "roster_row",
    "saved_filter",
    "submission",
    "subscription",
    "timer",
    "unit",
    "vault_key",
    "webhook",
    "work_item",
    "work_item_unit",
]
