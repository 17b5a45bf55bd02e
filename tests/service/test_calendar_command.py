"""``shouhu calendar``: what it says, and that a trial changes nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from engine.cli.calendar import calendar
from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.timed import AUTUMN, NEXT_YEAR, Stage, a_stage, last


@pytest.fixture
def stage(db: Database, clock: Clock) -> Stage:
    made = a_stage(db, clock, "2018-12-26 10:00")
    made.load(AUTUMN)
    return made


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "2019.yaml"
    path.write_text(NEXT_YEAR, encoding="utf-8")
    return path


def said(stage: Stage, *words: str) -> Result:
    services = SimpleNamespace(calendars=stage.town.calendars, people=stage.town.people)
    return CliRunner().invoke(calendar, words, obj=services)


def test_the_list_tells_every_year_and_how_far_days_are_known(stage: Stage) -> None:
    lines = said(stage, "list").output.splitlines()

    assert lines == [
        "2018年　放假10天　调休上班2天　国办发明电〔2017〕12号（系统载入）",
        "已公布至2018年12月31日，此后按周末推算。",
    ]


def test_a_year_is_shown_with_the_names_of_its_days(stage: Stage) -> None:
    output = said(stage, "show", "2018").output

    assert "9月22日（中秋节）" in output
    assert "调休上班：9月29日、9月30日" in output


def test_a_trial_says_what_would_move_and_moves_nothing(stage: Stage, plan: Path) -> None:
    item = stage.visit()

    output = said(stage, "load", str(plan), "--dry-run").output

    number = stage.town.limits.asked(stage.clerk, item.id).case_number
    assert f"{number}　做visit　东镇人民政府　2019年1月2日 24:00 → 2019年1月3日 24:00，转为确定" in output
    assert "没有改动任何内容" in output
    assert stage.item().due_at == last("2019-01-02")


def test_loading_says_what_came_of_it_and_who_did_it_stays_known(stage: Stage, plan: Path) -> None:
    stage.visit()
    stage.town.people.add("policy", "政策员", duties=["policy_officer"], password="四块钱一斤的大苹果呀")

    done = said(stage, "load", str(plan), "--by", "policy")

    assert done.output == "2019年放假安排已载入。重算1个个案：1项期限改期，1项转为确定。\n"
    assert stage.item().due_at == last("2019-01-03")
    assert "政策员载入" in said(stage, "list").output
    assert "此前已载入" in said(stage, "load", str(plan)).output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("show", "2030"), "2030年的放假安排还没有载入"), (("load", "bad.yaml"), "第1行")],
)
def test_what_cannot_be_done_is_said_and_ends_with_1(
    words: tuple[str, ...], sentence: str, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text("一月一日放假\n", encoding="utf-8")

    done = said(stage, *words)

    assert done.exit_code == 1
    assert sentence in done.output
