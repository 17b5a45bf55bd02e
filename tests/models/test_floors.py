"""No jurisdiction can publish what falls below the law; each floor is undercut here once, and named where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from engine.bpmn.directoryfiles import Reader
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.floors import FLOORS, Floor, read_floors
from engine.bpmn.release import compile_release
from engine.bpmn.safetext import read_yaml
from engine.service.checking import check_files
from engine.service.modelfiles import jurisdictions, load_bundle
from tests.bpmn.builder import diagram, end, flow, start, user

ROOT = Path(__file__).resolve().parents[2]
Change = Callable[[str], str]
Bundle = dict[str, bytes]


@cache
def shipped() -> Mapping[str, bytes]:
    return load_bundle(ROOT, "fh")


@cache
def floors() -> Mapping[str, Floor]:
    reader = Reader(FLOORS)
    found = read_floors(read_yaml((ROOT / FLOORS).read_bytes(), FLOORS), reader)
    assert reader.findings == []
    return {one.id: one for one in found}


def changed(path: str, change: Change) -> Bundle:
    """The files of one jurisdiction with a file of its own instead of the one in force."""
    own = path.replace("/base/", "/fh/")
    before = shipped().get(own, shipped().get(path, b"")).decode()
    after = change(before)
    assert after != before
    bundle = {**shipped(), own: after.encode()}
    # What no other procedure touches is judged alone, which is quicker.
    code = re.search(r"P\d\d", path)
    key = "processes/fh/jurisdiction.yaml"
    only = f"procedures: [{code[0]}]" if code and code[0] != "P01" else "procedures: [P01, P02]"
    text = re.sub(r"(?m)^procedures: .*$", only, bundle[key].decode())
    return {**bundle, key: re.sub(r"(?m)^cadences:.*\n(?:[-# ].*\n)*", "", text).encode()}


def refused(bundle: Bundle) -> list[Finding]:
    with pytest.raises(ModelError) as error:
        compile_release("fh", bundle)
    return [one for one in error.value.findings if one.rule == "floor"]


def to(source: str, target: str, instead: str) -> Change:
    """A diagram in which a flow leads elsewhere."""
    return lambda xml: xml.replace(
        f'sourceRef="{source}" targetRef="{target}"', f'sourceRef="{source}" targetRef="{instead}"'
    )


def past(source: str, task: str, after: str) -> Change:
    """A diagram in which a way leads past a task."""
    way = (
        f'<bpmn:exclusiveGateway id="skip" default="skip__{task}" />'
        f'<bpmn:sequenceFlow id="skip__{task}" sourceRef="skip" targetRef="{task}" />'
        f'<bpmn:sequenceFlow id="skip__{after}" sourceRef="skip" targetRef="{after}">'
        f"<bpmn:conditionExpression>open.{task} &gt; 3</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    return lambda xml: to(source, task, "skip")(xml).replace("</bpmn:process>", f"{way}</bpmn:process>")


def parameter(name: str, value: str) -> Change:
    return lambda text: re.sub(rf"(?m)^(  {name}: {{value: )[^,]+", rf"\g<1>{value}", text)


def field(key: str, **changes: object) -> Change:
    """A form in which a field says something else; None takes it away."""

    def change(text: str) -> str:
        form = json.loads(text)
        for name, value in changes.items():
            form["properties"][key][name.replace("_", "-")] = value
        return json.dumps(form, ensure_ascii=False, indent=2)

    return change


def not_required(key: str) -> Change:
    def change(text: str) -> str:
        form = json.loads(text)
        form["required"].remove(key)
        return json.dumps(form, ensure_ascii=False, indent=2)

    return change


def without(key: str) -> Change:
    def change(text: str) -> str:
        form = json.loads(text)
        del form["properties"][key]
        form["required"] = [one for one in form["required"] if one != key]
        return json.dumps(form, ensure_ascii=False, indent=2)

    return change


def renamed(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


def a_wait(xml: str) -> str:
    """The revocation in which every ground waits for half a year."""
    timer = (
        '<bpmn:intermediateCatchEvent id="half_year" name="满六个月"><bpmn:timerEventDefinition id="half_year_timer">'
        "<bpmn:timeDuration>P6M</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
        '<bpmn:sequenceFlow id="half_year__find_ground" sourceRef="half_year" targetRef="find_ground" />'
    )
    longer = to("ask_ongoing", "find_ground", "half_year")(xml)
    return longer.replace("</bpmn:process>", f"{timer}</bpmn:process>")


def cell(rule: int, column: int, text: str) -> Change:
    """A decision table in which one cell of the grounds says something else."""
    head = f'(<inputEntry id="P07_grounds_rule_{rule}_input_{column}">\\s*<text>)[^<]*'
    return lambda xml: re.sub(head, rf"\g<1>{text}", xml)


HERE = "processes/fh/jurisdiction.yaml"
P01, P02, P04, P05, P06, P07 = (f"processes/base/P0{n}.bpmn" for n in (1, 2, 4, 5, 6, 7))
GROUNDS = "processes/base/P07_grounds.dmn"
HALF_A_YEAR = "ground_holds = true and started + refusal_threshold &lt; now"
#: Floors of procedures that are not here yet (test_floors_elsewhere.py).
OF_ELSEWHERE = {"returned-in-three-days", "order-in-three-days", "order-of-half-a-year"}
#: Floor → a file, what is changed in it, and the element that must be named.
UNDERCUT: Mapping[str, tuple[str, Change, str]] = {
    "report-at-once": (HERE, parameter("t_report", "P3D"), "t_report"),
    "accept-before-transfer": (P01, past("merge_search", "accept_report", "check_jurisdiction"), "transfer_report"),
    "transfer-on-record": ("forms/base/P01-T5.json", not_required("received_ack"), "received_ack"),
    "reporter-kept-secret": ("forms/base/P01-T2.json", field("reporter_phone", x_masked=["school"]), "reporter_phone"),
    "dispatch-at-once": (HERE, parameter("t_dispatch", "PT24H"), "t_dispatch"),
    "dispatch-before-inquiry": (P02, past("check_dispatch", "dispatch_police", "merge_round"), "investigate_scene"),
    "removal-with-reason": ("forms/base/P02-S6-T.json", not_required("remove_reason"), "remove_reason"),
    "child-asked": (P04, past("open_placement", "ask_child", "child_heard"), "choose_place"),
    "child-opinion-on-record": ("forms/base/P04-T1.json", without("opinion"), "opinion"),
    "handover-in-writing": (P04, past("after_escort", "hand_over_in_writing", "handed_over"), "accept_child"),
    "handover-on-record": ("forms/base/P04-T4.json", not_required("taker"), "taker"),
    "receiver-checked": ("forms/base/P04-T9.json", not_required("id_checked"), "id_checked"),
    "one-year-of-care": (HERE, parameter("t_place_max", "P2Y"), "t_place_max"),
    "assessed-before-help": (P05, past("open_assessment", "assess", "make_plan"), "make_plan"),
    "child-view-in-assessment": ("forms/base/P05-T2.json", without("child_view"), "child_view"),
    "children-under-sixteen": (HERE, renamed("age: 16", "age: 14"), "scope.age"),
    "six-months-of-refusal": (HERE, parameter("refusal_threshold", "P3M"), "refusal_threshold"),
    "refusal-on-record": ("forms/base/P06-T2.json", not_required("evidence"), "evidence"),
    "educated-before-ground": (HERE, parameter("educations_before_g1", "0"), "educations_before_g1"),
    "ground-checked-by-people": (P06, past("ask_held", "verify_livelihood", "ask_livelihood"), "ground_of_refusal"),
    "six-months-on-one-ground": (P07, renamed("ground_holds = true", HALF_A_YEAR), "ask_ground__choose_applicant"),
    "no-wait-before-petition": (P07, a_wait, "half_year"),
    "harm-is-a-ground": (GROUNDS, cell(3, 6, "true"), "P07_grounds"),
    "danger-is-a-ground": (GROUNDS, cell(1, 6, "true"), "P07_grounds"),
    "refusal-needs-its-months": (GROUNDS, cell(2, 6, "-"), "P07_grounds"),
    "ground-with-evidence": ("forms/base/P07-T1.json", not_required("evidence_list"), "evidence_list"),
    "petition-before-trial": (P07, past("choose_applicant", "file_petition", "merge_petitions"), "try_case"),
    "court-decides": (P07, past("ask_pending", "try_case", "ask_outcome"), "name_guardian"),
    "court-before-news": (P07, past("ask_pending", "try_case", "tell_placement"), "tell_placement"),
    "trial-within-a-month": (HERE, parameter("t_court", "P3M"), "t_court"),
    "ruling-on-record": ("forms/base/P07-T7.json", not_required("judgment_no"), "judgment_no"),
}


def test_every_jurisdiction_keeps_every_floor() -> None:
    for code in jurisdictions(ROOT):
        findings = compile_release(code, load_bundle(ROOT, code)).findings
        assert [str(one) for one in findings if one.rule == "floor"] == []


def test_every_floor_names_its_law_and_is_undercut_here_once() -> None:
    assert set(UNDERCUT) | OF_ELSEWHERE == set(floors())
    assert all(re.search(r"第.+条|国发", one.law) for one in floors().values())


@pytest.mark.parametrize("name", UNDERCUT)
def test_what_falls_below_a_floor_is_refused_where_it_does(name: str) -> None:
    path, change, element = UNDERCUT[name]

    findings = refused(changed(path, change))

    floor = floors()[name]
    named = {one.element for one in findings if floor.says in one.message and floor.law in one.message}
    assert element in named


def test_a_jurisdiction_may_ask_for_more_than_a_floor() -> None:
    stricter = changed(HERE, parameter("t_place_max", "P6M"))

    assert [one for one in compile_release("fh", stricter).findings if one.rule == "floor"] == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [("P365D", True), ("P12M", True), ("P366D", False), ("P13M", False), ("at_once", True), ("PT8760H", True)],
)
def test_months_and_days_are_compared_by_the_calendar(value: str, *, kept: bool) -> None:
    bundle = {**shipped(), HERE: parameter("t_place_max", value)(shipped()[HERE].decode()).encode()}

    try:
        findings = compile_release("fh", bundle).findings
    except ModelError as error:
        findings = error.findings

    assert [one.element for one in findings if one.rule == "floor"] == ([] if kept else ["t_place_max"])


def test_a_reporter_who_becomes_process_data_is_no_longer_secret() -> None:
    named = renamed('name="limit" value="t_notice_town"', "name=\"sets\" value='told_by: reporter_name'")

    findings = refused(changed(P02, named))

    assert [one.element for one in findings] == ["notify_township"]


def test_a_diagram_of_elsewhere_is_judged_by_the_tasks_that_it_has(tmp_path: Path) -> None:
    steps = ("start", "file", "try", "name", "end")
    tasks = [user("file", code="P07-T3"), user("try", code="P07-T6", role="court"), user("name", code="P07-T7")]
    whole, short = tmp_path / "P07.bpmn", tmp_path / "other.bpmn"
    whole.write_bytes(diagram(start(), *tasks, end(), flow(*steps)))
    short.write_bytes(diagram(start(), tasks[0], tasks[2], end(), flow("start", "file", "name", "end")))

    kept, below = check_files(ROOT, [whole, short])

    assert [one for one in kept.findings if one.rule == "floor"] == []
    assert [(one.element, one.severity) for one in below.findings if one.rule == "floor"] == [("name", "error")]


def test_a_form_of_elsewhere_that_shows_the_reporter_is_refused(tmp_path: Path) -> None:
    form = tmp_path / "P01-T2.json"
    text = (ROOT / "forms/base/P01-T2.json").read_text(encoding="utf-8")
    form.write_text(field("reporter_name", x_masked=[])(text), encoding="utf-8")

    (result,) = check_files(ROOT, [form])

    assert [(one.rule, one.element, one.severity) for one in result.findings] == [("floor", "reporter_name", "error")]
