"""Which column of a roster means what, guessed by the words of its head, and what its cells say. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.service.forms import Field

#: Words that heads of rosters use beside the titles of the fields.
WORDS: Mapping[str, tuple[str, ...]] = {
    "child_name": ("姓名", "儿童姓名", "学生姓名", "孩子姓名", "被监护人姓名"),
    "id_no": ("证件号", "证件号码", "身份证号", "身份证号码", "身份证", "公民身份号码", "儿童身份证号", "学生身份证号"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日"),
    "residence": ("现住地", "现住村", "居住地", "所在村", "村", "村居", "村社区", "村（社区）", "现居住地"),
    "address": ("现住址", "详细地址", "家庭住址", "家庭地址", "住址", "地址", "现住详细地址"),
    "hukou_area": ("户籍地", "户籍所在地", "户口所在地"),
    "school": ("学校", "就读学校", "所在学校", "学校名称"),
    "grade": ("年级", "就读年级"),
    "class_name": ("班级", "班"),
    "student_no": ("学籍号", "全国学籍号", "学籍号码"),
    "parent_status": ("父母状态", "父母外出情况", "外出情况", "父母务工情况"),
    "father_name": ("父亲姓名", "父亲", "父姓名"),
    "mother_name": ("母亲姓名", "母亲", "母姓名"),
    "phone": ("联系电话", "家长电话", "父母电话", "电话", "手机"),
    "work_place": ("务工地点", "务工地", "父母务工地"),
    "carer_name": ("照料人", "照料人姓名", "实际照料人", "委托照护人", "监护人", "监护人姓名", "受委托人"),
    "carer_relation": ("与儿童关系", "与儿童的关系", "照料人与儿童关系", "关系"),
    "carer_phone": ("照料人电话", "监护人电话", "监护人联系电话"),
    "health_state": ("健康状况", "健康类别", "身体状况"),
    "disability": ("残疾情况", "残疾类别", "残疾类型"),
    "note": ("备注", "特别说明", "说明"),
    "ethnicity": ("民族",),
    "poverty": ("家庭经济类别", "是否低保", "家庭经济情况"),
    "child_kind": ("儿童类别", "类别"),
    "boarding": ("是否寄宿", "寄宿", "寄宿情况"),
}
#: Without these a row cannot be compared with the register.
NAMED = "child_name"
#: A head has so many columns that are known, or it is none.
FEWEST_KNOWN = 2
_YES = frozenset({"是", "有", "√", "对", "y", "yes", "1", "已"})
_NO = frozenset({"否", "无", "×", "没有", "n", "no", "0", "未"})
_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?(?:\s.*)?")
_BARE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTED = re.compile(r"[、,，;；/\s]+")
_ENDING = re.compile(r"[（(].*?[）)]|[*＊:：\s]")
MALE_FEMALE = {"男性": "男", "女性": "女", "m": "男", "f": "女"}


class Unfit(Exception):
    """A cell that is no value of its field; its text says why, without the cell's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Finds areas and units by what a roster calls them."""

    area: Callable[[str], str | None]
    unit: Callable[[str, Sequence[str]], str | None]


def head_digest(cells: Sequence[str]) -> str:
    """Return what a head is known again by, whatever spaces and marks are in it."""
    return hashlib.sha256("\n".join(_plain(one) for one in cells).encode()).hexdigest()


def guess(cells: Sequence[str], fields: Sequence[Field]) -> dict[int, str]:
    """Return which column holds which field, as far as the words of the head say; each field once."""
    known = {_plain(word): key for key, words in WORDS.items() for word in words}
    known = {_plain(one.title): one.key for one in fields} | known
    mine = {one.key for one in fields}
    found: dict[int, str] = {}
    for index, cell in enumerate(cells):
        key = known.get(_plain(cell))
        if key in mine and key not in found.values():
            found[index] = str(key)
    return found


def is_head(cells: Sequence[str], fields: Sequence[Field]) -> bool:
    """Say whether a row is the head of a table: it names the child's name, and something else that is known."""
    found = guess(cells, fields).values()
    return NAMED in found and len(found) >= FEWEST_KNOWN


def value_of(one: Field, text: str, places: Places) -> Any:
    """Return what a cell says as an answer of its field; None where it says nothing.

    Raises:
        Unfit: with the reason.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or plain in {"-", "—", "/", "\\"}:
        return None
    return _READERS.get(one.kind, _text)(one, plain, places)


def _plain(cell: str) -> str:
    return _ENDING.sub("", unicodedata.normalize("NFKC", cell)).casefold()


def _text(one: Field, text: str, _places: Places) -> str:
    most = int(one.schema.get("maxLength", 1000))
    if len(text) > most:
        message = f"超过{most}字"
        raise Unfit(message)
    return "".join(text.split()) if one.key in {NAMED, "id_no", "student_no"} else text


def _day(_one: Field, text: str, _places: Places) -> str:
    found = _DAY.fullmatch(text) or _BARE_DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> str:
    message = "不是日期，请写成 2017-09-01 这样"
    raise Unfit(message)


def _bool(_one: Field, text: str, _places: Places) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    message = "请写“是”或者“否”"
    raise Unfit(message)


def _whole(one: Field, text: str, _places: Places) -> int:
    low, high = int(one.schema.get("minimum", 0)), int(one.schema.get("maximum", 10**6))
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    message = f"要是 {low} 到 {high} 的整数"
    raise Unfit(message)


def _choice(one: Field, text: str, _places: Places) -> str:
    text = MALE_FEMALE.get(text.casefold(), text)
    for option in one.options:
        if text in {option.value, option.label}:
            return option.value
    near = [option.value for option in one.options if len(text) > 1 and (text in option.label or option.label in text)]
    if len(near) == 1:
        return near[0]
    raise Unfit("没有这个选项，可填：" + "、".join(option.label for option in one.options))


def _choices(one: Field, text: str, places: Places) -> list[str]:
    return sorted({_choice(one, part, places) for part in _PARTED.split(text) if part})


def _area(_one: Field, text: str, places: Places) -> str:
    found = places.area(text)
    if found is None:
        message = "在本辖区查不到这个地名，或者有几个同名的，请写全"
        raise Unfit(message)
    return found


def _unit(one: Field, text: str, places: Places) -> str:
    return places.unit(text, one.refs) or _text(one, text, places)


_READERS: Mapping[str, Callable[[Field, str, Places], Any]] = {
    "date": _day,
    "bool": _bool,
    "int": _whole,
    "enum": _choice,
    "multi": _choices,
    "area": _area,
    "ref": _unit,
}
