"""XML of strangers is read in a process of its own, which can do nothing but read."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from engine.bpmn import quarantine
from engine.bpmn.findings import Finding
from engine.bpmn.quarantine import inspect, is_unreadable

ROOT = Path(__file__).parents[2]
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NAMESPACES = f'xmlns="{BPMN}" xmlns:x="urn:x" targetNamespace="urn:t"'


def a_diagram(inside: str = "") -> bytes:
    return f'<definitions {NAMESPACES}><process id="P00">{inside}</process></definitions>'.encode()


def findings_of(xml: bytes, name: str = "a.bpmn") -> tuple[Finding, ...]:
    return inspect({name: xml})[name]


def multiplying() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]><d>&l11;</d>'.encode()


UNREAD = {
    "empty": (b"", "xml"),
    "cut": (b"<a><b>", "xml"),
    "not XML": (b"%PDF-1.7", "xml"),
    "packed": (gzip.compress(b"<a/>"), "xml"),
    "XML 1.1": (b'<?xml version="1.1"?><a/>', "xml"),
    "prefix without namespace": (b"<x:a/>", "xml"),
    "UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "encoding"),
    "UTF-32": ("<a/>".encode("utf-32"), "encoding"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "encoding"),
    "GBK": ('<?xml version="1.0" encoding="GBK"?><a>守护</a>'.encode("gbk"), "encoding"),
    "Latin-1 beyond ASCII": ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), "encoding"),
    "wrong bytes": (b"<a>\xc0\xaf</a>", "encoding"),
    "NUL": (b"<a>\0</a>", "encoding"),
    "DOCTYPE": (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>', "doctype"),
    "external entity": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "doctype"),
    "parameter entity": (b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]><d/>', "doctype"),
    "entities that multiply": (multiplying(), "doctype"),
    "unknown entity": (b"<a>&nbsp;</a>", "doctype"),
    "style sheet": (b'<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1:9/"?><a/>', "instruction"),
    "XInclude": (b'<a><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></a>', "xinclude"),
    "large": (b"<a>" + b" " * (2 * 1024 * 1024) + b"</a>", "size"),
    "deep": (b"<a>" * 10_000 + b"</a>" * 10_000, "size"),
    "many elements": (b"<a>" + b"<b/>" * 400_000 + b"</a>", "size"),
    "many attributes": (b"<a " + b" ".join(b'a%d="1"' % n for n in range(150_000)) + b"/>", "size"),
    "many attributes in all": (b"<a>" + (b'<b a="1" b="2" c="3"/>' * 18_000) + b"</a>", "size"),
    "long text": (b"<a>" + b"x" * 1_500_000 + b"</a>", "size"),
    "text in pieces": (b"<a>" + b"<![CDATA[x]]>" * 100_000 + b"</a>", "size"),
    "long attribute": (b'<a b="' + b"x" * 1_500_000 + b'"/>', "size"),
}


@pytest.mark.parametrize(("xml", "rule"), UNREAD.values(), ids=UNREAD)
def test_what_no_model_holds_is_refused_before_there_is_a_tree(xml: bytes, rule: str) -> None:
    (finding,) = findings_of(xml)

    assert (finding.rule, finding.severity, finding.file) == (rule, "error", "a.bpmn")
    assert is_unreadable([finding])
    assert any("\u4e00" <= char <= "\u9fff" for char in finding.message)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\ufeff",
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>',
        "<?xml version='1.0' encoding='UTF-8'?>",
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
        '<?xml version="1.0" encoding="US-ASCII"?>',
    ],
)
def test_usual_encodings_pass(head: str) -> None:
    assert findings_of(head.encode() + a_diagram()) == ()


OFF_THE_SCHEMA = {
    "an unknown element": ('<nonsense id="n"/>', "n", "nonsense"),
    "an element of another tool": ('<x:task id="n"/>', "n", "x:task"),
    "wrong order": ('<startEvent id="n"><outgoing>f</outgoing><incoming>g</incoming></startEvent>', "n", "incoming"),
    "a missing attribute": ('<sequenceFlow id="n" sourceRef="a"/>', "n", "targetRef"),
    "an unknown attribute": ('<startEvent id="n" colour="red"/>', "n", "colour"),
    "no boolean": ('<startEvent id="n" isInterrupting="maybe"/>', "n", "maybe"),
    "no number": ('<userTask id="n" startQuantity="many"/>', "n", "many"),
    "no value of the list": ('<adHocSubProcess id="n" ordering="Up"/>', "n", "Parallel"),
    "text between elements": ('<startEvent id="n">开始</startEvent>', "n", "文字"),
    "a general name": ('<flowElement id="n"/>', "n", "flowElement"),
}


@pytest.mark.parametrize(("inside", "element", "word"), OFF_THE_SCHEMA.values(), ids=OFF_THE_SCHEMA)
def test_what_the_schema_of_bpmn_does_not_allow_is_named(inside: str, element: str, word: str) -> None:
    (finding,) = findings_of(a_diagram("\n" + inside))

    assert (finding.rule, finding.element, finding.line) == ("schema", element, 2)
    assert word in finding.message
    assert not is_unreadable([finding])
    assert "xpected" not in finding.message


def test_one_wrong_element_does_not_hide_the_next() -> None:
    wrong = '<nonsense id="a"/><userTask id="b"/><rubbish id="c"/><subProcess id="d"><waste id="e"/></subProcess>'

    assert [one.element for one in findings_of(a_diagram(wrong))] == ["a", "c", "e"]


def test_a_decision_table_is_held_against_the_schema_of_its_version() -> None:
    table = '<decisionTable id="t" hitPolicy="BOGUS"><output id="o"/></decisionTable>'
    decision = f'<decision id="d" name="d">{table}</decision>'
    xml = f'<definitions xmlns="{DMN}" name="n" namespace="u">{decision}</definitions>'

    (finding,) = findings_of(xml.encode(), "t.dmn")

    assert (finding.rule, finding.element) == ("schema", "t")
    assert "BOGUS" in finding.message


def test_what_nobody_reads_may_be_left_out() -> None:
    (finding,) = findings_of(f'<definitions xmlns="{BPMN}"/>'.encode())

    assert (finding.severity, "targetNamespace" in finding.message) == ("warning", True)


def test_files_that_are_no_xml_are_not_looked_at() -> None:
    assert inspect({"a.json": b"\xff", "b.yaml": b"<"}) == {"a.json": (), "b.yaml": ()}


def test_all_models_of_the_repository_pass_in_one_process() -> None:
    files = {str(one): one.read_bytes() for one in (ROOT / "processes").rglob("*mn")}

    assert set(inspect(files).values()) == {()}


# ---------------------------------------------------------------- a process that dies or hangs

TRAP = b"<trap/>"


@pytest.fixture
def trapped(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Make the reader fall over one file, as over a fault of the XML library that nobody knows."""

    def with_trap(does: str) -> None:
        program = textwrap.dedent(f"""
            import json, sys, os, socket, signal, subprocess, time
            sys.path[:] = json.loads(sys.argv[1])
            from engine.bpmn import inspection
            look = inspection.look
            inspection.look = lambda xml, file: [eval({does!r})] and [] if xml == {TRAP!r} else look(xml, file=file)
            inspection.main()
        """)
        monkeypatch.setattr(quarantine, "_PROGRAM", program)

    monkeypatch.with_trap = with_trap  # type: ignore[attr-defined]
    return monkeypatch


@pytest.mark.parametrize(
    "does",
    [
        "os._exit(3)",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "[0 for _ in iter(int, 1)]",
        "time.sleep(60)",
        "bytes(300_000_000)",
        "sys.stdout.write('x')",
        "open('/etc/passwd')",
        "open('/dev/null', 'w')",
        "open('/tmp/canary-of-the-quarantine', 'w')",
        "socket.socket()",
        "subprocess.run(['/bin/true'])",
        "os.fork()",
        "os.pipe()",
    ],
)
def test_a_file_that_makes_its_reader_misbehave_is_refused_and_no_other(trapped: pytest.MonkeyPatch, does: str) -> None:
    trapped.with_trap(does)  # type: ignore[attr-defined]
    files = {"a.bpmn": a_diagram(), "b.bpmn": TRAP, "c.bpmn": a_diagram("<nonsense/>")}

    began = time.monotonic()
    found = inspect(files, seconds=1.5)

    assert [[one.rule for one in found[name]] for name in files] == [[], ["size"], ["schema"]]
    assert "已停止" in found["b.bpmn"][0].message
    assert time.monotonic() - began < 6
    assert not Path("/tmp/canary-of-the-quarantine").exists()  # noqa: S108


def test_the_reader_inherits_nothing(trapped: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUHU_SECRET", "x")
    held = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(held, True)
    trapped.with_trap(  # type: ignore[attr-defined]
        f"os.environ.get('SHOUHU_SECRET') and os._exit(1), 1 / (os.geteuid() != 0), os.fstat({held})"
    )
    try:
        ((finding,),) = inspect({"b.bpmn": TRAP}).values()
    finally:
        os.close(held)

    assert finding.rule == "size"


# ---------------------------------------------------------------- what it costs


def test_reading_the_worst_files_takes_little_memory_and_time() -> None:
    """Run apart, since the peak of children is counted over the life of a process."""
    program = f"""
        import resource, sys
        sys.path.insert(0, {str(ROOT)!r})
        from engine.bpmn.quarantine import inspect
        worst = {{
            "one.bpmn": '<definitions xmlns="{BPMN}"><process id="p">' + '<userTask id="n" name="x"/>' * 19000
            + '</process></definitions>',
            "two.bpmn": '<definitions xmlns="{BPMN}"><process id="p">' + '<nonsense a="1" b="2"/>' * 19000
            + '</process></definitions>',
            "three.bpmn": '<a>' + ('<b>' * 90 + '</b>' * 90) * 200 + '</a>',
        }}
        for name, text in worst.items():
            found = inspect({{name: text.encode()}})
            assert "已停止" not in str(found), name
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert used.ru_utime + used.ru_stime < 2, used
        assert used.ru_maxrss < 200 * 1024, used
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, timeout=60)


def test_the_limits_of_the_reader_are_not_those_of_its_parent() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    inspect({"a.bpmn": a_diagram()})

    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
