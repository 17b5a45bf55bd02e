"""Cut FEEL text into tokens, knowing the names: the longest known name wins.

FEEL names may hold blanks and signs (``date and time``, ``Approved/Declined``), so no lexer
can cut them without knowing them. Names bound inside the text (context keys, loop variables,
parameters) are learned on the way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from lark import Token
from lark.lexer import Lexer

from engine.feel import limits
from engine.feel.errors import FeelError, TooMuch

_WORD_START = r"(?:[^\W\d]|[\U00010000-\U000EFFFF])"
_WORD_PART = r"(?:\w|[\U00010000-\U000EFFFF])"
_BLANK = re.compile(r"(?:\s|\ufeff|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_WORD = re.compile(rf"\?|{_WORD_START}{_WORD_PART}*")
_WORDS = re.compile(rf"{_WORD_PART}+")
_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"""\\(?:([nrt"'\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6}))""")
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_CHUNK = re.compile(r"[^\"{}\[\](),:]+")
_IN = re.compile(r"\bin\b")
_SIGNS = re.compile(rf"{_WORD_PART}+|[^\s\w]")

_KEYWORDS = {
    "if": "IF", "then": "THEN", "else": "ELSE", "for": "FOR", "in": "IN", "return": "RETURN",
    "some": "SOME", "every": "EVERY", "satisfies": "SATISFIES", "and": "AND", "or": "OR",
    "between": "BETWEEN", "function": "FUNCTION", "external": "EXTERNAL",
    "null": "NULL", "true": "TRUE", "false": "FALSE",
}  # fmt: skip
_INFIX_WORDS = frozenset(_KEYWORDS) - {"null", "true", "false"}
_OPERATORS = [
    ("**", "POW"), ("..", "DOTDOT"), ("->", "ARROW"), ("!=", "NE"), ("<=", "LE"), (">=", "GE"),
    ("+", "PLUS"), ("-", "MINUS"), ("*", "STAR"), ("/", "SLASH"), ("=", "EQ"), ("<", "LT"),
    (">", "GT"), (".", "DOT"), (",", "COMMA"), (":", "COLON"), ("(", "LPAR"), (")", "RPAR"),
    ("[", "LBRACK"), ("]", "RBRACK"), ("{", "LBRACE"), ("}", "RBRACE"), ("@", "AT"),
]  # fmt: skip
#: After one of these a value begins; after any other token an operator does.
_BEFORE_VALUE = frozenset({
    "IF", "THEN", "ELSE", "IN", "RETURN", "SATISFIES", "AND", "OR", "BETWEEN", "PLUS", "MINUS", "STAR", "SLASH",
    "POW", "EQ", "NE", "LT", "LE", "GT", "GE", "DOTDOT", "COMMA", "COLON", "LPAR", "LBRACK", "REV_OPEN", "LBRACE",
    "EXTERNAL",
})  # fmt: skip
_FULL_WIDTH = {
    "“": '文字要用英文双引号 "', "”": '文字要用英文双引号 "', "‘": '文字要用英文双引号 "',
    "’": '文字要用英文双引号 "', "'": '文字要用英文双引号 "', "，": "逗号要用英文的 ,",
    "（": "括号要用英文的 ( )", "）": "括号要用英文的 ( )", "【": "括号要用英文的 [ ]",
    "】": "括号要用英文的 [ ]", "：": "冒号要用英文的 :", "＝": "等号要用英文的 =",
    "＞": "大于号要用英文的 >", "＜": "小于号要用英文的 <", "≥": "大于等于写作 >=",
    "≤": "小于等于写作 <=", "≠": "不等于写作 !=", "；": "表达式里不用分号", ";": "表达式里不用分号",
    "&": "“并且”写作 and", "|": "“或者”写作 or", "!": "“不”写作 not( )",
}  # fmt: skip

Names = dict[str, list[tuple[re.Pattern[str], str]]]


def canonical(name: str) -> str:
    """Return the name with single blanks between words."""
    return " ".join(name.split())


def _pattern(pieces: list[str]) -> re.Pattern[str]:
    text = re.escape(pieces[0])
    for before, after in zip(pieces, pieces[1:], strict=False):  # noqa: RUF007
        both_words = _WORDS.fullmatch(before) and _WORDS.fullmatch(after)
        text += (r"\s+" if both_words else r"\s*") + re.escape(after)
    return re.compile(text + rf"(?!{_WORD_PART})")


def _learn(index: Names, name: str) -> None:
    """Note a name of several pieces; those of one word need no help."""
    pieces = _SIGNS.findall(name)
    if len(pieces) < 2:  # noqa: PLR2004
        return
    entries = index.setdefault(pieces[0], [])
    entries.append((_pattern(pieces), canonical(name)))
    entries.sort(key=lambda entry: -len(entry[1]))


@lru_cache(maxsize=256)
def _index(names: frozenset[str]) -> Names:
    index: Names = {}
    for name in sorted(names):
        _learn(index, name)
    return index


def unescape(body: str, position: int) -> str:
    """Resolve the escapes of a string literal."""
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        plain, short, long = match.groups()
        if plain:
            return {"n": "\n", "r": "\r", "t": "\t"}.get(plain, plain)
        code = int(short or long, 16)
        if code > 0x10FFFF:  # noqa: PLR2004
            raise FeelError("文字里的 \\U 编码不存在", position)
        return chr(code)

    joined = _SURROGATES.sub(
        lambda m: chr(0x10000 + ((ord(m[1]) - 0xD800) << 10) + ord(m[2]) - 0xDC00), _ESCAPE.sub(one, body)
    )
    if any("\ud800" <= char <= "\udfff" for char in joined):
        raise FeelError("文字里的 \\u 编码不完整", position)
    return joined


class _Cutter:
    """One pass over one text."""

    def __init__(self, text: str, index: Names) -> None:
        self.text = text
        self.at = 0
        self.known = {first: list(entries) for first, entries in index.items()}
        self.tokens: list[Token] = []
        self.learned = 0
        self.brackets: list[str] = []  # what is open: ( [ { f(unction parameters) i(nterval)
        self.loops: list[int] = []  # bracket depth of each for/some/every before its return

    def run(self) -> list[Token]:
        while True:
            blank = _BLANK.match(self.text, self.at)
            if blank:
                self.at = blank.end()
            if self.at >= len(self.text):
                return self.tokens
            self._next()

    def _add(self, kind: str, value: Any, length: int) -> None:
        self.tokens.append(Token(kind, value, start_pos=self.at, end_pos=self.at + length))
        self.at += length

    @property
    def _last(self) -> str:
        return self.tokens[-1].type if self.tokens else "COMMA"

    def _next(self) -> None:
        if self._binding():
            return
        text, at = self.text, self.at
        if string := _STRING.match(text, at):
            self._add("STRING", unescape(string[1], at), len(string[0]))
        elif text[at] == '"':
            raise FeelError("文字少了收尾的双引号", at)
        elif number := _NUMBER.match(text, at):
            self._add("NUMBER", number[0], len(number[0]))
        elif word := _WORD.match(text, at):
            self._word(word[0])
        else:
            self._operator()

    def _binding(self) -> bool:
        """Take a name that the text itself binds, if one stands here."""
        place = self.brackets[-1] if self.brackets else ""
        last = self._last if self.tokens else ""
        if place == "{" and last in {"LBRACE", "COMMA"}:
            if string := _STRING.match(self.text, self.at):
                self._add("KEY", unescape(string[1], self.at), len(string[0]))
                return True
            return self._bound("KEY", self._chunk(":"))
        if place == "f" and last in {"LPAR", "COMMA"}:
            return self._bound("PARAM", self._chunk(":,)"))
        looping = bool(self.loops) and self.loops[-1] == len(self.brackets)
        if last in {"FOR", "SOME", "EVERY"} or (looping and last == "COMMA"):
            chunk = _CHUNK.match(self.text, self.at)
            word = _IN.search(chunk[0]) if chunk else None
            return self._bound("PARAM", chunk[0][: word.start()].rstrip() if chunk and word else "")
        if place == "(" and last in {"LPAR", "COMMA"}:
            chunk_ = self._chunk(":")
            return bool(_WORD.match(chunk_)) and self._bound("PARAM", chunk_)
        return False

    def _chunk(self, ends: str) -> str:
        """Return the text up to one of the signs; nothing if another sign comes first."""
        match = _CHUNK.match(self.text, self.at)
        end = self.text[match.end() : match.end() + 1] if match else ""
        return match[0].rstrip() if match and end and end in ends else ""

    def _bound(self, kind: str, words: str) -> bool:
        """Take a name that the text binds, and know it from here on."""
        if not words:
            return False
        name = canonical(words)
        if " " in name or not name.isidentifier():
            self.learned += 1
            if self.learned > limits.MAX_NAMES:
                raise TooMuch(f"表达式自己命名的东西太多：最多 {limits.MAX_NAMES} 个", self.at)
        _learn(self.known, name)
        self._add(kind, name, len(words))
        return True

    def _word(self, word: str) -> None:
        for pattern, name in self.known.get(word, ()):
            if match := pattern.match(self.text, self.at):
                self._add("NAME", name, len(match[0]))
                return
        if self._last == "DOT" and self.tokens:
            self._plain_name(word)
        elif word == "instance" and (match := re.compile(r"instance\s+of\b").match(self.text, self.at)):
            self._add("INSTANCE_OF", match[0], len(match[0]))
        elif word == "function" and re.compile(r"function\s*<").match(self.text, self.at):
            self._add("NAME", word, len(word))
        elif kind := _KEYWORDS.get(word):
            self._add(kind, word, len(word))
            if kind in {"FOR", "SOME", "EVERY"}:
                self.loops.append(len(self.brackets))
            elif kind in {"RETURN", "SATISFIES"} and self.loops:
                self.loops.pop()
        else:
            self._plain_name(word)

    def _plain_name(self, word: str) -> None:
        """Take the words up to the next keyword or sign as one name."""
        end = self.at + len(word)
        while word != "?":
            blank = _BLANK.match(self.text, end)
            more = _WORDS.match(self.text, blank.end()) if blank else None
            if more is None or more[0] in _KEYWORDS or more[0] == "instance":
                break
            end = more.end()
        self._add("NAME", canonical(self.text[self.at : end]), end - self.at)

    def _operator(self) -> None:
        for sign, kind in _OPERATORS:
            if self.text.startswith(sign, self.at):
                self._bracket(sign, kind)
                return
        char = self.text[self.at]
        raise FeelError(_FULL_WIDTH.get(char, f"这里不能写「{char}」"), self.at)

    def _bracket(self, sign: str, kind: str) -> None:
        if sign == "]" and self._last in _BEFORE_VALUE and not (self._last == "LBRACK" and self.tokens):
            kind = "REV_OPEN"
            self.brackets.append("[")
        elif sign == "[" and self.brackets and self.brackets[-1] == "i" and self._closes():
            kind = "REV_CLOSE"
            self.brackets.pop()
        elif sign in "([{":
            self.brackets.append("f" if sign == "(" and self._last == "FUNCTION" else sign)
        elif sign in ")]}":
            if self.brackets:
                self.brackets.pop()
            while self.loops and self.loops[-1] > len(self.brackets):
                self.loops.pop()
        elif sign == ".." and self.brackets and self.brackets[-1] in "([":
            self.brackets[-1] = "i"
        self._add(kind, sign, len(sign))

    def _closes(self) -> bool:
        """Whether the ``[`` here ends an interval, rather than opening a filter."""
        after = _BLANK.match(self.text, self.at + 1)
        at = after.end() if after else self.at + 1
        if at >= len(self.text):
            return True
        word = _WORD.match(self.text, at)
        return word[0] in _INFIX_WORDS if word else self.text[at] in ",)]}=<>+*/.!"


class NameLexer(Lexer):
    """Lark's door to the cutter: hands on the tokens of a list."""

    def __init__(self, _conf: object) -> None:
        pass

    def lex(self, tokens: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(tokens)


def cut(text: str, names: Collection[str], *, unary: bool = False) -> list[Token]:
    """Return the tokens of ``text``; ``names`` are those it may use.

    ``unary``: the text is a cell of a table, where a leading ``not(…)`` denies all tests in it.
    """
    tokens = _Cutter(text, _index(frozenset(names))).run()
    if unary and _denied_whole(tokens):
        tokens[0] = Token("NOT_TESTS", "not", start_pos=tokens[0].start_pos)
    return tokens


def _denied_whole(tokens: list[Token]) -> bool:
    if len(tokens) < 4 or (tokens[0].type, tokens[0].value, tokens[1].type) != ("NAME", "not", "LPAR"):  # noqa: PLR2004
        return False
    depth = 0
    for place, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(str(token.value) if token.type in {"LPAR", "RPAR"} else "", 0)
        if depth == 0 and place > 0:
            return place == len(tokens) - 1
    return False
