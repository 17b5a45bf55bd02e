"""Drawings of elsewhere have codes of their own: what they are about is told by the names of procedure and tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.findings import Finding
from engine.service.checking import check_files
from tests.bpmn.builder import catch, diagram, end, flow, gate, start, timer, user

ROOT = Path(__file__).resolve().parents[2]


def named(xml: str, **names: str) -> str:
    """Elements with the names that people would give them."""
    for element, name in names.items():
        for made in (f'name="做{element}"', f'name="到{element}"', f'id="{element}">'):
            instead = f'id="{element}" name="{name}">' if made.startswith("id=") else f'name="{name}"'
            xml = xml.replace(made, instead) if made in xml else xml
    return xml


def findings(folder: Path, process: str, *parts: str) -> list[Finding]:
    file = folder / "model.bpmn"
    file.write_bytes(diagram(*parts, key="P77").replace("试验".encode(), process.encode()))
    (result,) = check_files(ROOT, [file])
    assert {one.rule for one in result.findings if one.severity == "error"} <= {"floor"}
    return [one for one in result.findings if one.rule == "floor"]


def test_a_revocation_without_a_court_is_refused_and_with_one_it_passes(tmp_path: Path) -> None:
    apply, judge = named(user("apply", role="civil_affairs"), apply="提交申请书"), user("judge", role="court")
    done = named(end("done"), done="监护人资格已撤销")

    alone = findings(tmp_path, "撤销监护人资格", start(), apply, done, flow("start", "apply", "done"))
    heard = findings(tmp_path, "撤销监护人资格", start(), apply, judge, done, flow("start", "apply", "judge", "done"))

    assert [(one.element, one.severity) for one in alone] == [("done", "error")]
    assert heard == []


def test_a_hearing_of_which_nobody_says_whose_it_is_counts_by_its_name(tmp_path: Path) -> None:
    apply, hear = named(user("apply", role=""), apply="提交申请书"), named(user("hear", role=""), hear="法院开庭")
    done = named(end("done"), done="监护人资格已撤销")

    alone = findings(tmp_path, "监护权撤销", start(), apply, done, flow("start", "apply", "done"))
    heard = findings(tmp_path, "监护权撤销", start(), apply, hear, done, flow("start", "apply", "hear", "done"))

    assert [(one.element, one.severity) for one in alone] == [("done", "error")]
    assert heard == []


def test_half_a_year_before_every_petition_is_refused_and_on_one_ground_it_passes(tmp_path: Path) -> None:
    find, apply = user("find", role="civil_affairs"), named(user("apply", role="civil_affairs"), apply="提交申请书")
    wait, ask = catch("wait", timer("P6M")), gate("exclusive", "ask", default="ask__apply")
    only = flow("ask", "wait", when='case.ground = "拒不履行"') + flow("ask", "apply") + flow("wait", "apply")

    always = findings(
        tmp_path, "撤销监护资格", start(), find, wait, apply, end(), flow("start", "find", "wait", "apply", "end")
    )
    sometimes = findings(
        tmp_path,
        "撤销监护资格",
        *(start(), find, ask, wait, apply, end()),
        flow("start", "find", "ask") + only + flow("apply", "end"),
    )

    assert [one.element for one in always] == ["wait"]
    assert sometimes == []


def test_a_placement_that_asks_no_child_is_refused_and_one_that_does_passes(tmp_path: Path) -> None:
    place, ask = named(user("place"), place="护送安置"), named(user("ask"), ask="征求儿童意见")

    silent = findings(tmp_path, "临时监护照料", start(), place, end(), flow("start", "place", "end"))
    asking = findings(tmp_path, "临时监护照料", start(), ask, place, end(), flow("start", "ask", "place", "end"))

    assert [one.element for one in silent] == ["place"]
    assert asking == []


def test_a_child_handed_over_without_a_record_is_refused_and_with_one_it_passes(tmp_path: Path) -> None:
    ask, take = named(user("ask"), ask="听取儿童意愿"), named(user("take"), take="接收安置")
    write = named(user("write"), write="书面交接")

    bare = findings(tmp_path, "临时监护", start(), ask, take, end(), flow("start", "ask", "take", "end"))
    steps = flow("start", "ask", "write", "take", "end")
    recorded = findings(tmp_path, "临时监护", start(), ask, write, take, end(), steps)

    assert [one.element for one in bare] == ["take"]
    assert recorded == []


@pytest.mark.parametrize(
    ("process", "task", "wrong", "right"),
    [
        ("临时监护照料", "照料儿童", "P2Y", "P1Y"),
        ("临时监护照料", "领回儿童", "P10D", "P3D"),
        ("人身安全保护令", "审查并作出裁定", "P10D", "PT72H"),
        ("撤销监护人资格", "法院审理", "P6M", "P1M"),
    ],
)
def test_a_limit_longer_than_the_law_is_refused(
    tmp_path: Path, process: str, task: str, wrong: str, right: str
) -> None:
    def given(length: str) -> list[Finding]:
        work = named(user("work", role="court", limit=f'until: duration("{length}")'), work=task)
        return findings(tmp_path, process, start(), work, end(), flow("start", "work", "end"))

    assert [one.element for one in given(wrong)] == ["work"]
    assert given(right) == []


def test_the_file_of_a_place_elsewhere_is_held_to_the_law(tmp_path: Path) -> None:
    text = (ROOT / "processes/fh/jurisdiction.yaml").read_text(encoding="utf-8")
    kept, below = tmp_path / "kept.yaml", tmp_path / "below.yaml"
    kept.write_text(text, encoding="utf-8")
    below.write_text(text.replace("t_place_max: {value: P1Y", "t_place_max: {value: P3Y"), encoding="utf-8")

    right, wrong = check_files(ROOT, [kept, below])

    assert [str(one) for one in right.findings if one.severity == "error"] == []
    assert [(one.rule, one.element) for one in wrong.findings if one.severity == "error"] == [("floor", "t_place_max")]


def test_a_form_of_elsewhere_is_held_to_what_its_task_must_record(tmp_path: Path) -> None:
    form = tmp_path / "P04-T4.json"
    text = (ROOT / "forms/base/P04-T4.json").read_text(encoding="utf-8")
    form.write_text(text.replace('    "taker",\n', "", 1), encoding="utf-8")

    (result,) = check_files(ROOT, [form])

    assert [(one.rule, one.element) for one in result.findings if one.severity == "error"] == [("floor", "taker")]
