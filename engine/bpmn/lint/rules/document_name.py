"""Documents whose names cannot be kept, or are written in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="document-name", says="文书名称要能作文件名，同一种文书只用一个名称")

MOST = 60
_FORBIDDEN = re.compile(r"[\\/:*?\"<>|\x00-\x1f\x7f]|^[.\s~-]|[.\s]$|^(?:con|nul|aux|prn|com\d|lpt\d)$", re.IGNORECASE)
_DRESSING = re.compile(r"[\s《》“”\"'‘’（）()\[\]【】·、，,。.\-_—]+")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find names of documents that no file can have, and those that differ in their dressing alone."""
    first: dict[str, tuple[str, str]] = {}
    for model in parts.models.values():
        for task in model.tasks.values():
            for name in (one.name for one in (*task.documents, *task.overdue_documents)):
                node = model.nodes[task.element]
                if _FORBIDDEN.search(name) or len(name) > MOST:
                    message = f"文书“{name[:MOST]}”不能作文件名：请去掉特殊符号，不超过{MOST}个字"
                    yield RULE.at_node(model, node, message)
                    continue
                known, where = first.setdefault(_bare(name), (name, task.name))
                if known != name:
                    message = f"文书“{name}”和任务“{where}”的“{known}”像是同一种：请用一个名称"
                    yield RULE.at_node(model, node, message)


def _bare(name: str) -> str:
    """Return a name without brackets, blanks and widths."""
    return _DRESSING.sub("", unicodedata.normalize("NFKC", name)).casefold()
