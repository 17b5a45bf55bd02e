"""Pages of rosters and of the register: a file goes in, its columns are said, its rows are decided."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from tests.adapters.sheets import a_workbook
from tests.register.conftest import Land
from tests.register.test_rosters import HEAD, ROWS, TOWN
from tests.web.conftest import Staff
from tests.web.latin import latin_in


def bring(staff: Staff, content: bytes, name: str = "花名册.xlsx") -> Any:
    return staff.submit("/rosters", {"unit": TOWN, "file": (io.BytesIO(content), name)})


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_roster_goes_from_file_to_register_by_its_pages(land: Land, browser_of: Callable[[str], Staff]) -> None:
    town = browser_of("town")
    at = bring(town, a_workbook([HEAD, *ROWS, [9, "错", "", "2010-13-01", "", "", "", ""]])).location

    columns = town.text(at)
    assert "第 3 列：身份证号" in columns
    fields = [re.search(r'name="(c\.\d+)".*?value="(\w+)" selected', one) for one in columns.split("</select>")]
    chosen = {found[1]: found[2] for found in fields if found}
    assert chosen["c.2"] == "id_no"
    assert town.submit(f"{at}/columns", {**chosen, "version": version(columns)}, page=at).status_code == 302
    assert "可以离开这一页" in town.text(at)
    land.services.roster_work.run()

    review = town.text(at)
    assert "新增 3 行" in review
    assert "第4列“出生日期”不是日期" in town.text(f"{at}?outcome=bad")
    assert town.submit(f"{at}/decisions", {"do": "apply", "version": version(review)}, page=at).status_code == 409
    town.submit(f"{at}/decisions", {"do": "accept", "outcome": "new"}, page=at)
    town.submit(f"{at}/decisions", {"do": "reject:2", "outcome": "new"}, page=at)
    ready = town.text(at)
    assert "执行已接受的 2 行" in ready
    done = town.submit(f"{at}/decisions", {"do": "apply", "version": version(ready)}, page=at)
    assert done.status_code == 302
    land.services.roster_work.run()

    listed = town.text("/register")
    assert "儿童 2 名" in listed
    assert "叶小禾" in listed
    assert "不属于留守儿童：10周岁" in listed, "where the child has its hukou is not known"
    assert "何小北" not in listed
    assert "儿童 0 名" in town.text("/register?scope=in")
    assert "儿童 2 名" in town.text("/register?scope=out")
    assert "儿童 0 名" in town.text("/register?area=fh.溪口镇.竹园村")
    sheet: Any = load_workbook(io.BytesIO(town.submit("/register/sheet", {}, page="/register").data)).active
    held = list(sheet.values)
    assert next(row for row in held if "儿-00001" in row)[:2] == ("儿-00001", "女，10岁，上坪村")
    assert "叶小禾" not in str(held)
    pages = [columns, review, ready, listed, town.text(at), town.text("/rosters"), town.text(f"{at}?outcome=bad")]
    assert [latin_in(one) for one in pages] == [[]] * len(pages)


def test_a_file_that_is_refused_says_why_and_changes_nothing(browser_of: Callable[[str], Staff]) -> None:
    town = browser_of("town")

    refused = bring(town, b"PK\x03\x04 nonsense", "花名册.xlsx")
    assert refused.status_code == 422
    assert "“花名册.xlsx”没有接收：文件已损坏" in refused.get_data(as_text=True)
    assert bring(town, b"", "").status_code == 422
    assert "还没有导入过名册" in town.text("/rosters")


def test_the_register_is_shown_to_those_who_keep_one(land: Land, browser_of: Callable[[str], Staff]) -> None:
    assert ">台账</a>" in browser_of("town").text("/inbox")
    teacher = browser_of("teacher")
    assert ">台账</a>" not in teacher.text("/inbox")
    assert "儿童 0 名" in teacher.text("/register")
    file = (io.BytesIO(a_workbook([HEAD, *ROWS])), "a.xlsx")
    sent = teacher.submit("/rosters", {"unit": "fh.school.溪口镇", "file": file}, page="/report")
    assert (sent.status_code, "不报送名册" in sent.get_data(as_text=True)) == (409, True)
