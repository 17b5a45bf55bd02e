"""A template is text with blanks and nothing else; the shipped ones are those of their maker."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.bpmn.findings import ModelError
from engine.bpmn.paperfiles import GENERAL, read_paper
from engine.bpmn.paperfilling import OPEN, fill, sheet
from tests.service.papers import docx, paragraph, table, text_of
from tools.paper_templates import files

FILE = "forms/base/documents/核查单.docx"
LINK = '<Relationships><Relationship Id="r" Target="http://example.org/x" TargetMode="External"/></Relationships>'


def refused(content: bytes) -> str:
    with pytest.raises(ModelError) as error:
        read_paper(content, file=FILE)
    return str(error.value.findings[0].message)


@pytest.mark.parametrize(
    "text",
    [
        *("{{ child_name | upper }}", "{{child_name.upper()}}", "{{a.b.c}}", "{{ 1 + 1 }}", "{{''.__class__}}"),
        *("{% for x in y %}", "{# note #}", "{{", "}}", "{{child name}}", "{{{{child_name}}}}", "{{self}", "{{a[0]}}"),
    ],
)
def test_anything_but_a_blank_is_refused(text: str) -> None:
    assert "填空" in refused(docx(paragraph(text)))


def test_a_blank_may_be_cut_into_runs_and_code_hides_in_none() -> None:
    read = read_paper(docx(paragraph("{", "{child", "_name}", "}")), file=FILE)

    assert read.blanks == {("child_name", "")}
    assert "填空" in refused(docx(paragraph("{", "% raw %", "}")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04broken",
        b"%PDF-1.7",
        docx(paragraph("文"), word__vbaProject_DOT_bin="x"),
        docx(paragraph("文"), word___rels__document_DOT_xml_DOT_rels=LINK),
        docx('<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>'),
        docx("<w:p><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r></w:p>"),
        docx(paragraph("文"), word__footer1_DOT_xml='<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'),
        docx(paragraph("文"), word__media__x="0" * (9 * 1024 * 1024)),
    ],
    ids=["empty", "broken", "pdf", "macro", "link", "field", "code", "entity", "large"],
)
def test_what_would_act_by_itself_is_refused(content: bytes) -> None:
    assert refused(content)


def test_a_table_row_is_repeated_for_each_row_of_its_field() -> None:
    template = docx(table(("时间", "结果"), ("{{log.time}}", "{{log.result}}，{{child_name}}")))

    filled = fill(template, {"child_name": "小试"}, {"log": [{"time": "一", "result": "甲"}, {"time": "二"}]})

    assert sheet(filled)[0].rows == (("时间", "结果"), ("一", "甲，小试"), ("二", "，小试"))


def test_a_column_stands_in_a_row_alone() -> None:
    assert "一行" in refused(docx(paragraph("{{log.time}}")))


def test_what_was_not_answered_is_left_to_be_written_by_hand() -> None:
    template = docx(paragraph("姓名：{{child_name}}，{{版次}}"), table(("{{child_name}}",)))

    blocks = sheet(fill(template, {"版次": ""}, {}))

    assert [blocks[0].text, blocks[1].rows] == [f"姓名：{OPEN}，", (("",),)]


def test_markup_control_signs_and_blanks_in_an_answer_are_text() -> None:
    template = docx(paragraph("{{note}}"), table(("{{log.note}}",)))
    said = '<w:t/>&amp;"\x00\x0b{{other}}'

    filled = fill(template, {"note": said, "other": "没有"}, {"log": [{"note": said}]})

    assert sheet(filled)[0].text == sheet(filled)[1].rows[0][0] == '<w:t/>&amp;"{{other}}'
    assert "没有" not in text_of(filled)


def test_lines_of_an_answer_are_lines_of_the_paper() -> None:
    assert sheet(fill(docx(paragraph("甲{{note}}丙")), {"note": "一\n二"}, {}))[0].text == "甲一\n二丙"


def test_the_same_content_makes_the_same_file() -> None:
    template = docx(paragraph("{{note}}"))

    assert fill(template, {"note": "一"}, {}) == fill(template, {"note": "一"}, {})


def test_the_shipped_templates_are_those_that_their_maker_makes() -> None:
    differing = [path.name for path, content in files() if not path.exists() or unlike(path.read_bytes(), content)]

    assert differing == [], "python -m tools.paper_templates"


def unlike(one: bytes, other: bytes) -> bool:
    """Compare the parts: the packing differs with the version of zlib."""
    first, second = (zipfile.ZipFile(io.BytesIO(content)) for content in (one, other))
    with first, second:
        return {name: first.read(name) for name in first.namelist()} != {
            name: second.read(name) for name in second.namelist()
        }


def test_every_shipped_template_can_be_read_and_one_serves_for_all_others() -> None:
    read = {path: read_paper(content, file=path.as_posix()) for path, content in files()}

    assert all(one.blanks for one in read.values())
    assert GENERAL in {one.name for one in read.values()}
