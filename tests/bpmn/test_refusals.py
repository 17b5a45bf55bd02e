"""What the language does not have is refused whole, with element, line and reason."""

from __future__ import annotations

import pytest

from engine.bpmn.adapter import compile_procedure
from engine.bpmn.catalog import Finding, ModelError, read_procedure
from tests.bpmn.builder import (
    FIELDS,
    boundary,
    catch,
    diagram,
    end,
    flow,
    gate,
    message,
    properties,
    start,
    sub,
    timer,
    user,
)

LINE = flow("start", "visit", "end")


def findings_of(*parts: str, messages: tuple[str, ...] = ()) -> list[Finding]:
    """What is wrong with a diagram."""
    try:
        compile_procedure(diagram(*parts, messages=messages), file="P00.bpmn", names=FIELDS)
    except ModelError as error:
        return [one for one in error.findings if one.severity == "error"]
    return []


def rules_of(*parts: str, messages: tuple[str, ...] = ()) -> set[str]:
    """The rules that a diagram breaks."""
    return {finding.rule for finding in findings_of(*parts, messages=messages)}


def test_a_sound_diagram_breaks_no_rule() -> None:
    assert rules_of(start(), user("visit"), end(), LINE) == set()


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ('<scriptTask id="visit"><script>x = 1</script></scriptTask>', "script-task"),
        ('<callActivity id="visit" calledElement="P02"/>', "call-activity"),
        ('<serviceTask id="visit"/>', "service-task"),
        ('<manualTask id="visit"/>', "manual-task"),
        ('<task id="visit"/>', "plain-task"),
        ('<complexGateway id="visit"/>', "complex-gateway"),
        ('<transaction id="visit"/>', "transaction"),
        ('<adHocSubProcess id="visit"/>', "ad-hoc"),
        ('<nonsense id="visit"/>', "unknown-element"),
        (f'<userTask id="visit" isForCompensation="true">{properties(code="x")}</userTask>', "compensation"),
        (f'<userTask id="visit" startQuantity="2">{properties(code="x")}</userTask>', "token-quantity"),
        (f'<userTask id="visit">{properties(code="x")}<property id="p" name="n"/></userTask>', "io-specification"),
        (f'<userTask id="visit">{properties(code="x")}<potentialOwner id="p"/></userTask>', "resource-role"),
        ('<receiveTask id="visit" messageRef="m_asked" instantiate="true"/>', "instantiate"),
        (f'<userTask id="visit">{properties(code="x", holds="no")}</userTask>', "property-value"),
    ],
)
def test_other_elements_are_refused_and_nothing_beside_them(element: str, rule: str) -> None:
    assert rules_of(start(), element, end(), LINE, messages=("asked",)) == {rule}


def test_event_subprocesses_are_refused() -> None:
    """The library never interrupts by them, and they change the spec that all instances share."""
    inside = start("s", "<errorEventDefinition/>") + end("e") + flow("s", "e")
    odd = f'<subProcess id="odd" triggeredByEvent="true">{inside}</subProcess>'
    assert rules_of(start(), user("visit"), end(), odd, LINE) == {"event-subprocess"}


@pytest.mark.parametrize(
    ("marker", "rule"),
    [
        ("standardLoopCharacteristics", "loop-marker"),
        ("multiInstanceLoopCharacteristics", "multi-instance"),
    ],
)
def test_loop_and_multi_instance_markers_are_refused(marker: str, rule: str) -> None:
    task = f'<userTask id="visit">{properties(code="x")}<{marker}/></userTask>'
    assert rules_of(start(), task, end(), LINE) == {rule}


@pytest.mark.parametrize("script", ["preScript", "postScript"])
def test_scripts_around_a_task_are_refused(script: str) -> None:
    held = f"<spiffworkflow:{script}>x = 1</spiffworkflow:{script}></extensionElements>"
    task = user("visit").replace("</extensionElements>", held)
    assert "pre-post-script" in rules_of(start(), task, end(), LINE)


@pytest.mark.parametrize("kind", ["signal", "error", "escalation", "conditional", "cancel"])
def test_other_events_are_refused(kind: str) -> None:
    odd = catch("visit", f"<{kind}EventDefinition/>")
    assert rules_of(start(), odd, end(), LINE) == {"event-kind"}


@pytest.mark.parametrize(("kind", "rule"), [("link", "link-event"), ("compensate", "compensation")])
def test_link_and_compensation_events_are_refused(kind: str, rule: str) -> None:
    """The library lets the token vanish there, and calls the process completed."""
    thrown = f'<intermediateThrowEvent id="visit"><{kind}EventDefinition/></intermediateThrowEvent>'
    for odd in (thrown, catch("visit", f"<{kind}EventDefinition/>")):
        assert rules_of(start(), odd, end(), LINE) == {rule}


@pytest.mark.parametrize(
    "odd",
    [
        catch("visit", ""),
        catch("visit", "<terminateEventDefinition/>"),
        '<intermediateThrowEvent id="visit"/>',
        f'<intermediateThrowEvent id="visit">{timer("P1D")}</intermediateThrowEvent>',
    ],
)
def test_an_event_stands_where_it_can_happen(odd: str) -> None:
    assert rules_of(start(), odd, end(), LINE) == {"event-place"}
    assert rules_of(start("start", timer("P1D")), user("visit"), end(), LINE) == {"event-place"}


def test_an_event_waits_for_one_thing() -> None:
    odd = catch("visit", message("asked") + timer("P1D"))
    assert rules_of(start(), odd, end(), LINE, messages=("asked",)) == {"multiple-event"}


def test_a_condition_on_a_flow_that_leaves_a_task_is_refused() -> None:
    """The library takes the flow although the condition is false."""
    assert rules_of(start(), user("visit"), end(), flow("start", "visit"), flow("visit", "end", when="false")) == {
        "condition-on-task-flow"
    }


def test_a_node_that_nothing_leads_to_is_refused() -> None:
    parts = (start(), user("visit"), user("lost"), user("later"), end(), LINE, flow("lost", "later", "end"))
    assert [(one.rule, one.element) for one in findings_of(*parts)] == [("unreached", "lost")]


def test_an_inclusive_gateway_on_a_cycle_is_refused() -> None:
    """The library makes tokens twice from the second round on."""
    broken = rules_of(
        *(start(), gate("exclusive", "m"), gate("inclusive", "split", default="d"), user("a"), user("b")),
        *(gate("inclusive", "join"), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "split"), flow("split", "a", when="a = 1"), flow("split", "b", id_="d")),
        *(flow("a", "join", "x"), flow("b", "join"), flow("x", "m", when="again"), flow("x", "end", id_="out")),
    )
    assert broken == {"inclusive-cycle"}


def test_flows_must_lead_somewhere_on_their_own_level() -> None:
    inner = (start("s"), user("inside"), end("e"), flow("s", "inside", "e"))
    wrong = {
        "dangling-flow": (start(), user("visit"), end(), flow("start", "visit", "nowhere")),
        "flow-across-subprocess": (
            start(),
            sub("visit", *inner),
            end(),
            flow("start", "visit", "inside"),
            flow("e", "end"),
        ),
        "flow-out-of-end": (start(), user("visit"), end(), end("e2"), LINE, flow("end", "e2")),
        "flow-into-start": (start(), user("visit"), end(), flow("start", "visit", "start")),
    }
    for rule, parts in wrong.items():
        assert rule in rules_of(*parts)
        assert all(one.element.count("__") for one in findings_of(*parts) if one.rule == rule)


def test_a_task_has_one_way_out_and_every_way_ends() -> None:
    assert "implicit-split" in rules_of(start(), user("visit"), end(), end("e2"), LINE, flow("visit", "e2"))
    assert "dead-end" in rules_of(start(), user("visit"), end(), flow("start", "visit"))


def test_a_gateway_without_default_needs_a_condition_on_every_flow() -> None:
    parts = (start(), gate("exclusive", "g"), user("visit"), end(), flow("start", "g"), flow("visit", "end"))
    assert rules_of(*parts, flow("g", "visit"), flow("g", "end", when="a = 1")) == {"missing-condition"}


def test_a_subprocess_has_one_plain_start() -> None:
    inner = (start("s"), start("s2"), end("e"), flow("s", "e"), flow("s2", "e"))
    assert rules_of(start(), sub("visit", *inner), end(), LINE) == {"subprocess-start"}


def test_two_doors_for_one_message_are_refused() -> None:
    twice = (start("d1", message("asked")), start("d2", message("asked")))
    parts = (*twice, user("visit"), end(), flow("d1", "visit", "end"), flow("d2", "visit"))
    assert rules_of(*parts, messages=("asked",)) == {"same-door"}


def test_a_message_without_a_name_is_refused() -> None:
    assert "message" in rules_of(start("start", message("asked")), user("visit"), end(), LINE)


def test_boundary_events_sit_on_tasks_and_subprocesses() -> None:
    odd = boundary("b", "g", timer("P1D"))
    parts = (start(), gate("exclusive", "g"), user("visit"), end(), flow("start", "g", "visit", "end"))
    assert "boundary" in rules_of(*parts, odd, flow("b", "end"))


def test_cycles_and_missing_limits_of_timers_are_refused() -> None:
    assert rules_of(start(), catch("visit", timer("R3/PT1H", "timeCycle")), end(), LINE) == {"timer-cycle-place"}
    assert rules_of(start(), catch("visit", "<timerEventDefinition/>"), end(), LINE) == {"timer"}


def test_an_event_gateway_leads_straight_to_events() -> None:
    parts = (start(), gate("eventBased", "g"), user("visit"), end(), flow("start", "g", "visit", "end"))
    assert "event-gateway" in rules_of(*parts)


def test_a_task_needs_its_code_and_knows_its_properties() -> None:
    assert rules_of(start(), '<userTask id="visit"/>', end(), LINE) == {"code"}
    assert rules_of(start(), user("visit", limti="t"), end(), LINE) == {"property"}


def test_a_decision_that_is_not_there_is_refused() -> None:
    held = (
        "<extensionElements><spiffworkflow:calledDecisionId>none</spiffworkflow:calledDecisionId></extensionElements>"
    )
    odd = f'<businessRuleTask id="visit">{held}</businessRuleTask>'
    assert rules_of(start(), odd, end(), LINE) == {"missing-decision"}
    assert rules_of(start(), '<businessRuleTask id="visit"/>', end(), LINE) == {"decision"}


@pytest.mark.parametrize("text", ["a ==", "def (", "unknown_name = 1", "a = 1; b = 2", "__import__('os')"])
def test_an_expression_that_is_not_feel_is_refused_when_the_diagram_is_read(text: str) -> None:
    """The library parses a timer as P6MM and a condition as ``def (``, and fails when it gets there."""
    parts = (start(), gate("exclusive", "g", default="d"), user("visit"), end(), flow("start", "g"))
    known = {"feel", "code-text"}
    found = rules_of(*parts, flow("g", "visit", when=text), flow("visit", "end"), flow("g", "end", id_="d"))
    assert len(found) == 1
    assert found < known
    assert known & rules_of(start(), catch("visit", timer(text.replace("<", ""))), end(), LINE)


def test_a_wrong_duration_is_refused_when_the_diagram_is_read() -> None:
    for text in ("P6MM", "P1M2W", "PT", "P0.5M"):
        assert rules_of(start(), catch("visit", timer(text)), end(), LINE) in ({"feel"}, {"odd-time"})


def test_a_finding_says_where_and_why_in_chinese() -> None:
    xml = diagram(start(), "\n\n", '<scriptTask id="visit"/>', end(), LINE)
    with pytest.raises(ModelError) as caught:
        read_procedure(xml, file="P00.bpmn")

    finding = caught.value.findings[0]

    assert (finding.file, finding.element, finding.line) == ("P00.bpmn", "visit", 3)
    assert "脚本" in finding.message
    assert "P00.bpmn:3 visit" in str(caught.value)


@pytest.mark.parametrize(
    ("xml", "rule"),
    [
        (b"<definitions", "xml"),
        (b"", "xml"),
        (b"<html/>", "process"),
        (b'<!DOCTYPE d SYSTEM "http://example.org/x.dtd"><d/>', "doctype"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "doctype"),
        (b"<d>" + b" " * (2 * 1024 * 1024) + b"</d>", "size"),
    ],
)
def test_a_file_that_is_no_diagram_is_refused_unread(xml: bytes, rule: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_procedure(xml, file="x.bpmn")
    assert {finding.rule for finding in caught.value.findings} <= {rule, "xml"}


def test_entities_that_multiply_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(ModelError):
        read_procedure(f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]><d>&l11;</d>'.encode(), file="x.bpmn")


def test_a_chain_that_nobody_can_follow_is_refused_where_it_gets_too_long() -> None:
    """The library's parser recurses and gives up after 489."""
    names = [f"t{number}" for number in range(1000)]
    parts = (start(), *(user(name) for name in names), end())

    found = findings_of(*parts, flow("start", *names, "end"))

    assert [(one.rule, one.element) for one in found] == [("long-chain", "t399")]
    assert rules_of(*parts[:350], end(), flow("start", *names[:349], "end")) == set()


def test_a_cycle_on_which_nobody_works_is_refused_at_the_gateway_that_turns() -> None:
    """It would turn for ever in one step."""
    parts = (start(), gate("exclusive", "m"), gate("exclusive", "x", default="out"), user("visit"), end())
    ways = (flow("start", "m", "x"), flow("x", "end", id_="out"))

    found = findings_of(*parts, *ways, flow("x", "m", when="again"), flow("visit", "end"))

    assert [one.element for one in found if one.rule == "loop-without-wait"] == ["x"]
    assert rules_of(*parts, *ways, flow("x", "visit", when="again"), flow("visit", "m")) == set()


def test_one_message_leads_one_way_from_one_place() -> None:
    races = (gate("eventBased", "g"), catch("visit", message("asked")), catch("again", message("asked")))
    parts = (start(), *races, end(), flow("start", "g", "visit", "end"), flow("g", "again", "end"))

    found = findings_of(*parts, messages=("asked",))

    assert [(one.rule, one.element) for one in found] == [("same-message", "again")]
