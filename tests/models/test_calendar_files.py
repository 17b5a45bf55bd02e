"""A year's plan as an officer writes it: YAML, JSON or a table, with what is wrong at its line."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from engine.bpmn.calendarfiles import read_calendar, write_calendar
from engine.bpmn.findings import Finding, ModelError
from engine.core.calendars import Year

HOLIDAYS = frozenset(date(2027, 10, day) for day in range(1, 8))
PLAN = Year(
    year=2027,
    off=HOLIDAYS | {date(2027, 1, 1)},
    work=frozenset({date(2027, 10, 9)}),
    source="国办发明电〔2026〕9号",
    title="2027年放假安排",
    names=dict.fromkeys([*HOLIDAYS, date(2027, 10, 9)], "国庆节") | {date(2027, 1, 1): "元旦"},
)
YAML = """year: 2027
title: 2027年放假安排
source: 国办发明电〔2026〕9号
off:
  元旦: 2027-01-01
  国庆节: 2027-10-01 至 2027-10-07
work: {国庆节: [2027-10-09]}
"""
CHINESE = """年份: 2027
标题: 2027年放假安排
依据: 国办发明电〔2026〕9号
放假:
  元旦: [2027-01-01]
  国庆节: 10月1日（周五）至7日
上班:
  国庆节: 10月9日（星期六）
"""
JSON = """{"year": 2027, "title": "2027年放假安排", "source": "国办发明电〔2026〕9号",
"off": {"元旦": "2027-01-01", "国庆节": ["2027-10-01..2027-10-06", "2027/10/7"]}, "work": {"国庆节": "2027.10.9"}}"""
CSV = """日期,安排,节日
依据,国办发明电〔2026〕9号
标题,2027年放假安排
2027-01-01,放假,元旦
2027-10-01 至 2027-10-07,off,国庆节
2027/10/9,上班,国庆节
"""


def findings(text: str, file: str = "2027.yaml") -> list[Finding]:
    with pytest.raises(ModelError) as caught:
        read_calendar(text.encode(), file)
    return list(caught.value.findings)


@pytest.mark.parametrize(
    ("text", "file"), [(YAML, "2027.yaml"), (CHINESE, "安排.yml"), (JSON, "2027.json"), (CSV, "2027.CSV")]
)
def test_one_plan_can_be_written_in_several_ways(text: str, file: str) -> None:
    assert read_calendar(text.encode(), file) == PLAN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_a_chinese_windows_saves_is_read(encoding: str) -> None:
    assert read_calendar(CSV.encode(encoding), "2027.csv") == PLAN


def test_a_plan_without_names_is_a_list_of_days() -> None:
    plan = read_calendar(b"year: 2027\nsource: x\noff: [2027-01-01, 2027-01-02]\nwork: []\n", "x.yaml")

    assert plan.off == {date(2027, 1, 1), date(2027, 1, 2)}
    assert read_calendar(write_calendar(plan).encode(), "x.yaml") == plan


@pytest.mark.parametrize(
    "source", ['say "x": # \\', "《通知》（文号：国办发明电〔2026〕9号）", "2027", "true", "- a", "国办发: 9号", " x "]
)
def test_what_is_written_reads_back_whatever_the_source_says(source: str) -> None:
    plan = Year(year=2027, off=HOLIDAYS, work=frozenset(), source=source.strip(), title=source.strip())

    assert read_calendar(write_calendar(plan).encode(), "x.yaml") == plan


@pytest.mark.parametrize(
    ("before", "after", "line", "culprit"),
    [
        ("2027-01-01", "2027-13-01", 5, "没有“2027-13-01”这一天"),
        ("2027-01-01", "2027-02-30", 5, "没有“2027-02-30”这一天"),
        ("2027-01-01", "元月一日", 5, "“元月一日”不是日子"),
        ("2027-01-01", "2026-01-01", 5, "2026-01-01不在2027年"),
        ("2027-10-01 至 2027-10-07", "2027-10-07 至 2027-10-01", 6, "前后颠倒"),
        ("2027-01-01", "2027-10-03", 6, "2027-10-03写了两次"),
        ("[2027-10-09]", "[2027-10-03]", 7, "既写了放假，又写了上班"),
        ("[2027-10-09]", "[2027-10-08]", 7, "2027-10-08不是周末"),
        ("work:", "wrok:", 7, "不认识“wrok”"),
        ("year: 2027", "year: 二〇二七", 1, "没有写明年份"),
        ("source: 国办发明电〔2026〕9号", "source: ''", 0, "没有写依据"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(before: str, after: str, line: int, culprit: str) -> None:
    assert before in YAML
    found = findings(YAML.replace(before, after))

    assert [(one.line, culprit in one.message) for one in found] == [(line, True)]


def test_several_problems_are_said_together() -> None:
    found = findings(YAML.replace("2027-01-01", "2027-01-32").replace("[2027-10-09]", "[2027-10-11]"))

    assert [one.line for one in found] == [5, 7]


@pytest.mark.parametrize(("text", "line"), [("2027-10-08,上班,国庆节\n", 2), ("2027-10-40,放假,国庆节\n", 2)])
def test_a_row_of_a_table_that_is_wrong_is_said_at_its_line(text: str, line: int) -> None:
    found = findings(f"依据,某通知\n{text}2027-10-01,放假,国庆节\n", "x.csv")

    assert [one.line for one in found] == [line]


@pytest.mark.parametrize("text", ["", "[]", "只有一行字", "a: [", "off: []"])
def test_what_is_no_plan_at_all_is_refused_in_a_sentence(text: str) -> None:
    assert findings(text)[0].message


@pytest.mark.parametrize("sign", ["\x07", "\0", "\ud800", "\uffff", "\u202e"])
@pytest.mark.parametrize("place", ["source", "title", "name"])
def test_a_text_that_could_not_be_read_again_is_refused(sign: str, place: str) -> None:
    words = {"source": "通知", "title": "安排", "name": "元旦"} | {place: f"元{sign}旦"}
    plan = {"year": 2027, "source": words["source"], "title": words["title"], "off": {words["name"]: "2027-01-01"}}

    (found,) = findings(json.dumps(plan), "2027.json")

    assert "看不见的字符" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "依据,通\x07知\n2027-01-01,放假,元旦\n",
        f"依据,通知\n2027-01-01,放假,{'元' * 41}\n",
        f"依据,{'通' * 201}\n2027-01-01,放假,元旦\n",
    ],
)
def test_so_is_one_of_a_table_and_one_that_is_too_long(text: str) -> None:
    assert len(findings(text, "2027.csv")) == 1


@pytest.mark.parametrize("gap", ["\u3000", "\xa0", "\t", "\n", "\u2028"])
def test_words_that_are_parted_by_more_than_a_space_are_kept_in_one_line(gap: str) -> None:
    plan = {"year": 2027, "source": f"通知{gap}文号", "off": {f"元旦{gap}假": "2027-01-01"}}

    read = read_calendar(json.dumps(plan).encode(), "2027.json")

    assert (read.source, set(read.names.values())) == ("通知 文号", {"元旦 假"})
    assert read_calendar(write_calendar(read).encode(), "2027.yaml") == read


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (b"PK\x03\x04" + bytes(500), "2027.xlsx"),
        (b"%PDF-1.7", "2027.csv"),
        (CHINESE.encode("utf-16"), "2027.yaml"),
        (b"source," + b"x" * 200_000, "2027.csv"),
        (b"off: [", "2027.yaml"),
        (b"{", "2027.json"),
    ],
)
def test_a_file_of_another_program_is_answered_with_what_to_do(content: bytes, file: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_calendar(content, file)

    assert "请用记事本" in caught.value.findings[0].message


def test_a_page_of_spaces_is_read_at_once_and_not_repeated_in_a_sentence() -> None:
    began = time.monotonic()

    [found] = findings(f"year: 2027\nsource: 通知\noff: '2027-01-01{' ' * 60_000}{'x' * 5_000}'\n")

    assert time.monotonic() - began < 2
    assert len(found.message) < 120


def test_a_table_may_name_a_word_of_ours_where_a_day_is_asked() -> None:
    assert read_calendar(("放假,安排\n" + CSV).encode(), "2027.csv") == PLAN
