"""A roster is compared with the register, decided by a person, and applied once, whatever is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.rosters import Difference
from engine.store import tables as t
from tests.adapters.sheets import a_csv, a_workbook
from tests.register.conftest import Land

HEAD = ["序号", "姓名", "身份证号", "出生日期", "现住村", "家庭住址", "父母外出情况", "备注"]
ROWS: list[list[Any]] = [
    [1, "叶小禾", "330283200803120028", "", "上坪村", "3组18号", "父母双方外出务工", ""],
    [2, "何小北", "", "2010/5/1", "竹园村", "1组2号", "其他", "暑假随父母"],
    [3, "买买提·艾山", "", "2012年6月3日", "溪口镇上坪村", "5组", "不详", ""],
]
TOWN = "fh.township.溪口镇"


@dataclass
class Office:
    """A township clerk with rosters."""

    land: Land
    acting: Acting

    def bring(self, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> int:
        """Import a workbook, say yes to the guess of its columns, and let the worker read it."""
        rosters = self.land.services.rosters
        roster = rosters.receive(self.acting, TOWN, "花名册.xlsx", a_workbook([["溪口镇花名册"], head, *rows]))
        view = rosters.view(self.acting, roster)
        if view.state == "mapping":
            mapping = {one.index: one.key for one in view.columns if one.key}
            rosters.map_columns(self.acting, roster, mapping, seen=view.version)
        self.work()
        return roster

    def work(self) -> None:
        self.land.services.roster_work.run()

    def accept_all(self, roster: int) -> None:
        rosters = self.land.services.rosters
        for outcome in ("changed", "new", "missing"):
            rosters.decide(self.acting, roster, "accept", outcome=outcome)
        rosters.apply(self.acting, roster, seen=rosters.view(self.acting, roster).version)
        self.work()

    def accept_all_of(self, roster: int) -> None:
        """Accept every row singly, those that need a second look too."""
        rosters = self.land.services.rosters
        seqs = [one.seq for outcome in ("changed", "new") for one in self.differences(roster, outcome)]
        rosters.decide(self.acting, roster, "accept", seqs=seqs)
        rosters.apply(self.acting, roster, seen=rosters.view(self.acting, roster).version)
        self.work()

    def counts(self, roster: int) -> dict[str, int]:
        view = self.land.services.rosters.view(self.acting, roster)
        return {one: n for one in ("same", "changed", "new", "missing", "bad") if (n := view.many(one))}

    def differences(self, roster: int, outcome: str) -> list[Difference]:
        return list(self.land.services.rosters.differences(self.acting, roster, outcome)[0])

    def files(self) -> list[dict[str, Any]]:
        """Return what the files of children hold, in the order of their codes."""
        with self.land.services.database.unit(system("engine")) as unit:
            found = unit.connection.execute(select(t.child).order_by(t.child.c.code)).all()
            return [unit.vault.open_record(bytes(one.sealed), one.key_id, context="child.sealed") for one in found]

    def changes(self) -> int:
        with self.land.services.database.unit(system("engine")) as unit:
            return int(unit.connection.scalar(select(func.count()).select_from(t.child_change)) or 0)


@pytest.fixture
def office(land: Land) -> Office:
    return Office(land=land, acting=land.person("town"))


def test_a_first_roster_opens_files_that_the_places_keepers_read(office: Office, land: Land) -> None:
    roster = office.bring(ROWS)
    assert office.counts(roster) == {"new": 3}
    assert office.files() == []

    office.accept_all(roster)

    assert land.services.rosters.view(office.acting, roster).state == "done"
    first = office.files()[0]
    assert (first["child_name"], first["sex"], first["birth_date"]) == ("叶小禾", "女", "2008-03-12")
    assert first["residence"] == "fh.溪口镇.上坪村"
    assert first["parent_status"] == "both_away"
    for login in ("town", "civil"):
        found = land.services.finding.find(land.person(login), "叶小禾").readable
        assert [one.line for one in found] == ["女，10岁，上坪村"], login
    assert not land.services.finding.find(land.person("police"), "叶小禾").readable


def test_the_same_file_and_the_same_rows_in_another_order_change_nothing(office: Office) -> None:
    office.accept_all(office.bring(ROWS))
    before, changes = office.files(), office.changes()

    for rows in (ROWS, ROWS[::-1], [ROWS[1], ROWS[2], ROWS[0]]):
        again = office.bring(rows)
        assert office.counts(again) == {"same": 3}
        with pytest.raises(Refused):
            office.accept_all(again)

    assert office.files() == before
    assert office.changes() == changes


def test_rows_are_told_apart_and_only_what_is_accepted_is_taken(office: Office) -> None:
    office.accept_all(office.bring(ROWS))
    moved = [*ROWS[0][:5], "9组1号", *ROWS[0][6:]]

    roster = office.bring([moved, ROWS[1], [9, "新来的", "", "2015-01-01", "上坪村", "", "", ""]])

    assert office.counts(roster) == {"changed": 1, "same": 1, "new": 1, "missing": 1}
    (change,) = office.differences(roster, "changed")
    assert change.values == [("现住详细地址", "3组18号", "9组1号")]
    assert change.where == "表1　第3行"
    (gone,) = office.differences(roster, "missing")
    assert ("姓名", "买买提·艾山", "") in gone.values

    rosters = office.land.services.rosters
    rosters.decide(office.acting, roster, "accept", seqs=[change.seq])
    rosters.decide(office.acting, roster, "reject", outcome="new")
    rosters.apply(office.acting, roster, seen=rosters.view(office.acting, roster).version)
    office.work()

    assert office.files()[0]["address"] == "9组1号"
    assert len(office.files()) == 3
    view = rosters.view(office.acting, roster)
    assert view.state == "ready", "the missing child is still to be decided"
    assert view.many("missing", "open") == 1


def test_a_missing_child_is_noted_and_comes_back_with_the_next_roster(office: Office) -> None:
    office.accept_all(office.bring(ROWS))
    office.accept_all(office.bring(ROWS[:2]))
    assert office.files()[2]["absent_since"] == "2018-03-12"
    assert office.counts(office.bring(ROWS[:2])) == {"same": 2}

    back = office.bring(ROWS)
    assert office.counts(back) == {"same": 2, "changed": 1}
    office.accept_all(back)
    assert "absent_since" not in office.files()[2]


def test_bad_rows_are_named_by_sheet_row_and_column_and_the_good_ones_go_on(office: Office) -> None:
    bad = [
        [1, "甲", "330283200803120021", "", "上坪村", "", "", ""],
        [2, "乙", "", "2010-02-30", "上坪村", "", "", ""],
        [3, "", "", "2010-01-01", "上坪村", "", "", ""],
        [4, "丁", "", "", "上坪村", "", "", ""],
        [5, "戊", "", "2019-01-01", "上坪村", "", "", ""],
        [6, "己", "", "2011-01-01", "不存在村", "", "", ""],
        [7, "庚", "", "2011-01-02", "上坪村", "=1+1", "", ""],
        [8, "辛", "", "2011-01-03", "上坪村", "", "没听说过", ""],
        [9, "好", "", "2011-01-04", "上坪村", "", "", ""],
        [10, "好", "", "2011-01-04", "上坪村", "", "", ""],
    ]
    roster = office.bring(bad)

    assert office.counts(roster) == {"bad": 9, "new": 1}
    told = {one.where: one.problem for one in office.differences(roster, "bad")}
    assert told["表1　第3行"].startswith("第3列“证件号”身份证号码的校验位不对")
    assert told["表1　第4行"].startswith("第4列“出生日期”不是日期")
    assert told["表1　第5行"] == "第2列“姓名”没有填写"
    assert "证件号和出生日期都没有" in told["表1　第6行"]
    assert told["表1　第7行"].startswith("第4列“出生日期”出生日期在今天之后")
    assert told["表1　第8行"].startswith("第5列“现住地”在本辖区查不到")
    assert told["表1　第9行"].startswith("第6列“现住详细地址”是公式")
    assert "没有这个选项，可填：父母双方外出务工" in told["表1　第10行"]
    assert told["表1　第12行"] == "与本表第11行（第1张工作表）是同一名儿童"
    office.accept_all(roster)
    assert [one["child_name"] for one in office.files()] == ["好"]


def test_what_needs_a_second_look_is_never_accepted_in_bulk(office: Office) -> None:
    office.accept_all(office.bring(ROWS[1:2]))
    doubtful = [
        [1, "贺小贝", "", "2010-05-01", "上坪村", "", "", ""],
        [2, "叶小禾", "330283200803120028", "2008-03-13", "上坪村", "", "", ""],
    ]
    roster = office.bring(doubtful)

    told = [one.problem for one in office.differences(roster, "new")]
    assert told[0] == "可能重复：与儿-00001姓名拼音首字母和出生日期相同，请先核对"
    assert told[1] == "出生日期与身份证号码里的不一致"
    assert office.land.services.rosters.decide(office.acting, roster, "accept", outcome="new") == 0
    assert office.land.services.rosters.decide(office.acting, roster, "accept", seqs=[2]) == 1


def test_a_child_with_a_case_enters_the_register_without_losing_what_is_known(office: Office, land: Land) -> None:
    case_id = land.report(child={"child_name": "叶小禾", "id_no": "330283200803120028", "sex": "女"})
    roster = office.bring(ROWS[:1])
    (row,) = office.differences(roster, "new")
    assert row.problem == "已有档案，不在本单位台账；接受后列入台账，只补空缺的项目"
    assert (row.code, row.child_id) == ("", None)

    land.services.rosters.decide(office.acting, roster, "accept", seqs=[row.seq])
    land.services.rosters.apply(office.acting, roster, seen=land.services.rosters.view(office.acting, roster).version)
    office.work()

    (file,) = office.files()
    assert file["address"] == "3组18号"
    with land.services.database.unit(system("engine")) as unit:
        kinds = unit.connection.scalars(select(t.journal.c.kind).where(t.journal.c.case_id == case_id)).all()
    assert kinds[-1] == "child_changed"
    assert office.counts(office.bring(ROWS[:1])) == {"same": 1}


def test_columns_are_remembered_for_the_unit_and_the_head(office: Office, land: Land) -> None:
    head = ["姓 名", "出生日期（公历）", "奇怪的列"]
    rosters = land.services.rosters
    first = rosters.receive(office.acting, TOWN, "a.csv", a_csv([head, ["甲", "2011-01-01", "3组"]], "gb18030"))
    view = rosters.view(office.acting, first)
    assert [one.key for one in view.columns] == ["child_name", "birth_date", ""]
    rosters.map_columns(office.acting, first, {0: "child_name", 1: "birth_date", 2: "address"}, seen=view.version)
    office.work()

    again = rosters.receive(office.acting, TOWN, "b.csv", a_csv([head, ["乙", "2011-01-02", "4组"]]))
    office.work()

    assert rosters.view(office.acting, again).state == "ready"
    assert ("现住详细地址", "", "4组") in office.differences(again, "new")[0].values


def test_without_name_or_a_way_to_compare_nothing_is_read(office: Office, land: Land) -> None:
    rosters = land.services.rosters
    roster = rosters.receive(office.acting, TOWN, "a.csv", a_csv([["姓名", "出生日期"], ["甲", "2011-01-01"]]))
    for mapping, says in (
        ({1: "birth_date"}, "姓名"),
        ({0: "child_name"}, "证件号"),
        ({0: "child_name", 1: "child_name"}, "证件号"),
    ):
        with pytest.raises(Invalid, match=says):
            rosters.map_columns(office.acting, roster, mapping, seen=1)
    with pytest.raises(Invalid, match="没有找到表头"):
        rosters.receive(office.acting, TOWN, "a.csv", b"\xef\xbb\xbf1,2,3\n4,5,6")


def test_a_sheet_with_another_head_says_so_and_the_others_are_read(office: Office, land: Land) -> None:
    rosters = land.services.rosters
    content = a_workbook([HEAD, ROWS[0]], [HEAD, ROWS[1]], [["姓名", "学校"], ["丙", "溪口镇中心学校"]], [["说明"]])
    roster = rosters.receive(office.acting, TOWN, "a.xlsx", content)
    view = rosters.view(office.acting, roster)
    mapping = {one.index: one.key for one in view.columns if one.key}
    rosters.map_columns(office.acting, roster, mapping, seen=view.version)
    office.work()

    assert office.counts(roster) == {"new": 2, "bad": 1}
    assert office.differences(roster, "bad")[0].where == "表3　第1行"


def test_a_worker_that_died_half_way_is_taken_over_from(office: Office, land: Land, clock: Any) -> None:
    roster = office.bring(ROWS)
    with land.services.database.unit(system("engine")) as unit:
        content = unit.vault.seal(a_workbook([HEAD, *ROWS[:2]]), context="roster.content")
        dead = {"state": "reading", "content": content.sealed, "changed_at": clock.now}
        unit.connection.execute(t.roster.update().values(**dead))
    office.work()
    assert land.services.rosters.view(office.acting, roster).state == "reading", "its worker may still be alive"

    clock.now = clock.now.replace(hour=5)
    office.work()

    assert land.services.rosters.view(office.acting, roster).state == "ready"
    assert office.counts(roster) == {"new": 2}


def test_a_roster_is_its_units_alone(office: Office, land: Land) -> None:
    roster = office.bring(ROWS)
    rosters = land.services.rosters

    assert rosters.listed(land.person("civil")) == []
    with pytest.raises(NotFound):
        rosters.view(land.person("civil"), roster)
    with pytest.raises(NotFound):
        rosters.differences(land.person("civil"), roster, "new")
    with pytest.raises(NotFound):
        rosters.decide(land.person("civil"), roster, "accept", outcome="new")
    with pytest.raises(Refused, match="不报送名册"):
        rosters.receive(land.person("teacher"), "fh.school.溪口镇", "a.xlsx", a_workbook([HEAD, ROWS[0]]))


def test_two_people_do_not_apply_one_roster_twice(office: Office, land: Land) -> None:
    roster = office.bring(ROWS)
    rosters = land.services.rosters
    rosters.decide(office.acting, roster, "accept", outcome="new")
    seen = rosters.view(office.acting, roster).version

    rosters.apply(office.acting, roster, seen=seen)
    with pytest.raises(Refused):
        rosters.apply(office.acting, roster, seen=seen)
    office.work()

    assert len(office.files()) == 3


def test_the_database_itself_shows_a_roster_to_its_unit_alone(office: Office, land: Land) -> None:
    office.bring(ROWS)
    tables = (t.roster, t.roster_row, t.roster_mapping)

    def counted(acting: Acting) -> list[int]:
        with land.services.database.unit(acting) as unit:
            return [unit.connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables]

    assert counted(office.acting) == [1, 3, 1]
    for other in (land.person("civil"), land.person("police"), system("public"), system("auditor"), system("admin")):
        assert counted(other) == [0, 0, 0], other.name


COLLECTED = {
    "child_name": "叶小禾",
    "sex": "女",
    "birth_date": "2008-03-12",
    "has_hukou": True,
    "disability": "无",
    "residence": "fh.溪口镇.上坪村",
    "hukou_area": "fh.溪口镇.上坪村",
    "parent_status": "both_away",
    "reachable": "可",
    "carer_name": "祖母",
    "carer_relation": "祖父母",
    "capacity": "有",
    "performing": "履行",
    "school_state": "在学",
    "economy": "一般",
}


def test_a_child_whom_a_roster_brought_is_asked_about_once_and_then_stands_in_the_register(
    office: Office, land: Land
) -> None:
    services = land.services
    office.accept_all(office.bring(ROWS))

    assert services.enrolling.run() == 3
    assert services.enrolling.run() == 0, "the arrival of a child is told once"

    waiting = [row for row in services.inbox.items(office.acting, view="unit") if row.code == "P09-T2"]
    assert len(waiting) == 3
    first = min(waiting, key=lambda row: row.child_code)
    services.casework.complete(office.acting, first.id, COLLECTED, first.version)
    (entered,) = [one for one in services.ledger.page(office.acting, {}).rows if one.in_scope]
    assert entered.why.startswith("属于留守儿童")


def test_a_child_who_is_listed_by_a_task_stands_in_the_ledger_of_those_who_keep_it(office: Office, land: Land) -> None:
    services = land.services
    child = {key: COLLECTED[key] for key in ("child_name", "sex", "birth_date", "residence")}
    services.casework.start(office.acting, land.unit_of("town"), "P09", child=child)
    assert services.ledger.page(land.person("civil"), {}).count == 0

    land.complete("town", "P09-T2", COLLECTED)

    assert [one.name for one in services.ledger.page(land.person("civil"), {}).rows] == ["叶小禾"]
