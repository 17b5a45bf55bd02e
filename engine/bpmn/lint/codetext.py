"""Recognises program code, template marks and spreadsheet formulas in texts that people write. Pure.

Nothing here is ever run, so nothing here has to be complete: FEEL refuses what is not FEEL. It is
about a plain sentence at the right element, and about texts that another program may read one day.
"""

from __future__ import annotations

import re

_PYTHON, _WEB, _SCRIPT, _SQL, _SHELL = "Python 代码", "网页代码", "JavaScript 代码", "数据库语句", "系统命令"
_CALLS = "eval|exec|execfile|compile|open|getattr|setattr|globals|locals|vars|breakpoint|print"
_MODULES = "os|sys|re|subprocess|socket|shutil|pickle|ctypes|builtins|importlib|requests|urllib"
_OF_OS = "system|popen|environ|getenv|getpid|remove|unlink|rmdir|exec|spawn|path|listdir|kill|fork"
_TAGS = "script|iframe|img|svg|object|embed|style|link|meta|form|input|body|html"
_TABLES = "table|database|schema|view|index|user|role|function|trigger"
_COMMANDS = r"curl|wget|cat|rm|nc|bash|sh|python\d?|powershell|cmd"
#: What a text looks like → how people call it.
_MARKS: tuple[tuple[str, str], ...] = (
    (r"[$#*~%@]\{", "其他流程软件的表达式（${…}）"),
    (r"\{\{|\{%|%\}|\{#.*#\}|<%|%>", "网页模板（{{…}}）"),
    (rf"<\s*/?\s*(?:{_TAGS})\b[^>]*>|<a\s+href", _WEB),
    (r"\bjavascript\s*:|\bon(?:error|load|click|mouseover)\s*=|<\?(?:php|=)", _WEB),
    (rf"__\w+__|\bimport\s+(?:{_MODULES})\b|\bfrom\s+[\w.]+\s+import\b|\bimportlib\b", _PYTHON),
    (rf"\bos\s*\.\s*(?:{_OF_OS})|\bsubprocess\s*\.\s*\w+\s*\(|\bsys\s*\.\s*(?:exit|modules|argv)\b", _PYTHON),
    (r"\b(?:time|asyncio)\s*\.\s*sleep\s*\(|\blambda\b[^:\n]{0,60}:", _PYTHON),
    (r"\bdef\s+\w+\s*\(|\braise\s+\w+\(|\bexcept\s+\w+\s*:", _PYTHON),
    (rf"(?<![.\w])(?:{_CALLS})\(", "程序代码"),
    (r"\bfunction\b\s*\w*\s*\([^)]*\)\s*\{(?!\s*[\w\"]+\s*:)|\bexternal\s*\{", _SCRIPT),
    (r"(?:\([\w$,\s]*\)|\b[a-z_$][\w$]*)\s*=>\s*[\w$({\[]", _SCRIPT),
    (r"\b(?:console|document|window|globalThis)\s*\.\s*\w+|\bprocess\s*\.\s*(?:env|exit|mainModule)\b", _SCRIPT),
    (r"\brequire\s*\(\s*['\"]|\bnew\s+[A-Z]\w*\s*\(|\bconstructor\b\s*[.(\[]|===|!==|\bvar\s+\w+\s*=", _SCRIPT),
    (r"\bjava\s*\.\s*(?:lang|io|util|net)\b|\bgetRuntime\s*\(|\bgetClass\s*\(", "Java 代码"),
    (r"\bT\s*\(\s*java|\bexecution\s*\.\s*\w+\(", "Java 代码"),
    (rf"\b(?:drop|alter|create|truncate)\s+(?:{_TABLES})\b|\bdelete\s+from\s+\w|\binsert\s+into\s+\w", _SQL),
    (r"\bupdate\s+\w+\s+set\s+\w|\bunion\s+(?:all\s+)?select\b|\bpg_sleep\s*\(|\bxp_cmdshell\b", _SQL),
    (r"\bselect\s+(?:\*|\w+(?:\s*,\s*\w+)*|count\([^)]*\))\s+from\s+\w", _SQL),
    (r"['\"]\s*or\s+['\"]?(\w+)['\"]?\s*=\s*['\"]?\1\b", _SQL),
    (r"\$\(|`[^`\n]*`|\brm\s+-[rf]{1,2}\b|/bin/(?:ba|z)?sh\b|/etc/passwd", _SHELL),
    (rf"\|\s*(?:sh|bash|nc|curl|wget)\b|(?:&&|;|\|\|)\s*(?:{_COMMANDS})\s|\bcurl\s+-?\w*\s*https?:", _SHELL),
)
_CODE = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL), label) for pattern, label in _MARKS)
#: What FEEL writes in another way: told where FEEL belongs, outside of its strings.
_OTHERWISE = re.compile(r"\b(?:True|False|None|undefined|NULL|nil)\b")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_FORMULA = re.compile(r"\s*(?:=\s*[^\s=]|[-+@][A-Za-z]\w*[(|!]|[-+]\d[^一-鿿]*[|!])")
_MOST = 20_000


def code_in(text: str) -> str:
    """Return how people call the code in a text, "" where there is none."""
    said = text[:_MOST]
    if not any(sign in said for sign in "$#{}<>_.(`;'\"|/= "):
        return ""
    return next((label for pattern, label in _CODE if pattern.search(said)), "")


def not_feel(text: str) -> str:
    """Return how people call what another language writes where FEEL belongs, "" where nothing is."""
    return code_in(text) or ("另一种语言的写法" if _OTHERWISE.search(_STRING.sub('""', text[:_MOST])) else "")


def formula_in(text: str) -> str:
    """Return how people call a text that a spreadsheet would work out, "" where it would not."""
    return "电子表格的公式" if _FORMULA.match(text) else ""


def shown(text: str) -> str:
    """Return the beginning of a text, as one line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"  # noqa: PLR2004 - a line of a message
