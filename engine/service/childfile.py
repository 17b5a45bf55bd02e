"""What a child's file asks, in its sections; and what cannot be true of it. Pure but for the release's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.bpmn.release import Release
from engine.core import idcards
from engine.service.forms import Field, form_of

#: Blocks of fields whose answers make up a child's file.
BLOCKS = ("B-CHILD", "B-GUARD", "B-FILE")
#: Fields that were asked about and could not be learnt yet; other than those nobody has asked about.
UNCOLLECTED = "uncollected"
REST = "other"
#: A child of more years is none, whatever was typed.
OLDEST = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of the file with its fields."""

    key: str
    title: str
    fields: tuple[Field, ...]


#: Sections in their order with the keys that belong to each; a field that stands in none comes last.
SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "basic": (
        "基本信息",
        (
            *("child_name", "sex", "birth_date", "birth_estimated", "ethnicity", "id_kind", "id_no", "has_hukou"),
            *("hukou_kind", "hukou_state", "hukou_area", "residence", "address", "rural", "child_kind", "plight_class"),
        ),
    ),
    "care": (
        "监护与照料",
        (
            *("parent_status", "guardian_kind", "guardian_faults", "reachable", "contact_a_week", "away_since"),
            *("home_visits", "father_name", "father_id_no", "father_phone", "father_health", "father_special"),
            *("father_work_place", "mother_name", "mother_id_no", "mother_phone", "mother_health", "mother_special"),
            *("mother_work_place", "phone", "work_place", "carer_name", "carer_relation", "carer_id_no", "carer_phone"),
            *("carer_age", "carer_health", "entrusted", "entrust_reason", "agreement_no", "agreement_until"),
            *("capacity", "performing", "grandparents"),
        ),
    ),
    "school": (
        "就学",
        (
            *("school_state", "school", "grade", "class_name", "student_no", "boarding", "teacher", "teacher_phone"),
            *("absences", "school_mark"),
        ),
    ),
    "health": (
        "健康与残疾",
        ("health_state", "health", "disability", "disability_grade", "illness", "mind_state", "vaccines"),
    ),
    "household": ("家庭经济", ("income", "poverty", "village_contact")),
    "help": (
        "帮扶救助",
        ("helper", "paired_teacher", "relief", "relief_amount", "relief_since", "relief_note"),
    ),
    "risk": ("风险与重点标识", ("risk", "risk_on", "risk_why", "flags", "note")),
    REST: ("其他", ()),
}
#: What is told as history: where the child lived, and who looked after it.
HISTORY = frozenset(
    {"residence", "address", "hukou_area", "parent_status", "guardian_kind", "carer_name", "carer_relation"}
    | {"entrusted", "school", "capacity", "performing"}
)


def fields_of(release: Release) -> tuple[Field, ...]:
    """Return every field of a file as the release has it; each key once."""
    found: dict[str, Field] = {}
    for code in BLOCKS:
        if code in release.blocks:
            for one in form_of(code, release.blocks[code], release.names).fields:
                found.setdefault(one.key, one)
    return tuple(one for one in found.values() if one.kind not in {"file", "table"})


def sections(fields: Sequence[Field]) -> list[Section]:
    """Return the sections that have fields here."""
    by_key = {one.key: one for one in fields}
    placed = {key for _, keys in SECTIONS.values() for key in keys}
    rest = tuple(one for one in fields if one.key not in placed)
    found = [
        Section(key=key, title=title, fields=tuple(by_key[one] for one in keys if one in by_key) if keys else rest)
        for key, (title, keys) in SECTIONS.items()
    ]
    return [one for one in found if one.fields]


def impossible(known: Mapping[str, Any], today: date) -> dict[str, str]:
    """Return what cannot be true of a file, by field."""
    problems: dict[str, str] = {}
    born = _day(known.get("birth_date"))
    if born and born > today:
        problems["birth_date"] = "出生日期在今天之后，请核对"
    elif born and today.year - born.year > OLDEST:
        problems["birth_date"] = f"按出生日期已超过{OLDEST}岁，请核对"
    if number := known.get("id_no"):
        wrong = idcards.problem(str(number)) if known.get("id_kind") in {None, "", "居民身份证"} else None
        problems |= {"id_no": wrong} if wrong else {}
    for key in ("father_id_no", "mother_id_no", "carer_id_no"):
        wrong = idcards.problem(str(known.get(key) or ""))
        problems |= {key: wrong} if wrong else {}
    return problems


def doubtful(known: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not fit together, though either may be right."""
    card = idcards.read(str(known.get("id_no") or ""))
    if card is None:
        return
    born = _day(known.get("birth_date"))
    if born and born != card.born:
        yield "出生日期与身份证号码里的不一致"
    if known.get("sex") in {idcards.MALE, idcards.FEMALE} and known["sex"] != card.sex:
        yield "性别与身份证号码里的不一致"


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
