"""A town whose report makes a paper, for the tests of papers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from engine.core.model import Acting
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.papers import Papers
from engine.service.unit import Database
from tests.service.mini import JURISDICTION, Town, a_town

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
SCHOOL, POLICE = "xx.school.东镇", "xx.police"
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n"
MARKED = JURISDICTION.replace("roles: [school]", "roles: [school], mark: 东小")


def paragraph(*runs: str) -> str:
    made = "".join(f'<w:r><w:t xml:space="preserve">{escape(one)}</w:t></w:r>' for one in runs)
    return f"<w:p>{made}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(one)}</w:tc>" for one in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{one}</w:tr>' for one in cells)}</w:tbl>"


def docx(*body: str, **parts: str) -> bytes:
    """Return a .docx of these paragraphs and tables; ``parts`` are further files by name, ``__`` for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return made.getvalue()


REPORT = docx(
    paragraph("{{机关}} {{文号}}"),
    paragraph("报告：{{child_", "name}}，", "{{narrative}}"),
    table(("项目", "内容"), ("{{填写内容.项目}}", "{{填写内容.内容}}")),
    paragraph("{{日期}} {{版次}}"),
)


def town_with_papers(db: Database, template: bytes = REPORT, **changes: Any) -> tuple[Town, Papers]:
    """Return the small jurisdiction with a template for its report."""
    more: Mapping[str, bytes] = {"forms/base/documents/强制报告单.docx": template} if template else {}
    town = a_town(db, more, **{"jurisdiction": MARKED, **changes})
    directories = Directories()
    return town, Papers(db, town.releases, directories, Discretions(town.releases, directories))


def a_report(town: Town, teacher: Acting, narrative: str = "独自在家") -> int:
    """Let a teacher report a child; return the id of the case."""
    child = {"child_name": "小试", "residence": "xx.东镇"}
    started = town.casework.start(teacher, SCHOOL, "P01", child=child)
    item = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, item.id, {"narrative": narrative}, item.version)
    return started.case_id


def text_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()
