"""Names and texts that people would misread."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import characters
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.written import Written, texts
from engine.bpmn.xmltext import local

RULE = Rule(name="odd-name", says="名称和文字要人人看得清、读得一样")

MOST = 200
#: What holds a text for people to read; everything else is compared letter by letter.
_READ = frozenset({"name", "documentation", "text"})


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find hidden and mistakable signs in every text, and names that no list can show."""
    for one in texts(root):
        if reason := _reason(one):
            yield RULE.at(one.owner, reason, file=file)


def _reason(written: Written) -> str:
    text = written.text
    where = "名称" if written.place == "name" else f"“{written.place}”的文字"
    if chars := characters.unseen(text):
        return f"{where}里有看不见的字符{characters.shown(chars)}，读到的和存下的不一样：请重新输入这段文字"
    if chars := characters.pictures(text):
        return f"{where}里有图形字符{characters.shown(chars)}，文书和清单里显示不出来：请改用文字"
    if odd := _mistakable(written):
        return f"{where}里的“{odd}”混有别的文字里形状相像的字母，分不清是哪一个：请重新输入"
    if written.place == "name" and len(text) > MOST:
        return f"名称有{len(text)}个字，清单里显示不下：请缩短到{MOST}个字以内，其余写在说明（documentation）里"
    return ""


def _mistakable(written: Written) -> str:
    """Return a word or letter that looks like another; texts that programs compare must be plain altogether."""
    compared = written.place not in _READ or local(written.owner)[1] == "message"
    found = characters.foreign_letters(written.text) if compared else characters.mixed_words(written.text)
    return found[0] if found else ""
