"""From the characters of a rule to its words. Width and look-alike glyphs fold one to one, so positions stay true.

Knows spelling only; what may follow what is the parser's business. Rules come from files that people edit: the text
is not trusted, and nothing in it is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.rules.errors import RuleSyntaxError

MAX_LENGTH = 2000

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "　≦⩽≧⩾×✕÷∕−–—﹣【】〔〕［］", " ≤≤≥≥**//----[][][]"
)
_SPELLINGS = {
    **{"或": "or", "或者": "or", "且": "and", "并且": "and", "非": "not"},
    **{"若": "if", "如果": "if", "则": "then", "那么": "then"},
    **{"<=": "≤", ">=": "≥", "!=": "≠", "<>": "≠", "==": "="},
}
_CODE = r"[^\s\[\]:,;@]{1,32}"
_WORD = re.compile(
    rf"""\s*(?:
      (?P<cell>\[\s*(?P<row>{_CODE})?\s*(?::\s*(?P<column>{_CODE})\s*)?\])
    | (?P<place>(?P<whose>dept|area|部门|地区)\s*\.\s*(?P<code>[\w-]{{1,32}}))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>如果|若|则|那么|并且|且|或者|或|非(?=\s*[\[(])|[^\W\d]\w*)
    | @\s*(?P<when>\w+)
    | (?P<span>\.\.+|…+|~)
    | (?P<sign><=|>=|<>|!=|==|[=≠<≤>≥+\-*/%(),.])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `kind` is cell, place, number, word, when, span, sign or end; `position` is 1-based.

    A cell has its row and column code, a place the code of its department or area.
    """

    kind: str
    text: str
    position: int
    row: str = ""
    column: str = ""
    code: str = ""


def fold(text: str) -> str:
    """The text with full-width and look-alike characters replaced, of the same length."""
    return text.translate(_FOLD)


def tokens(text: str, rule: str) -> Iterator[Token]:
    """The words of a rule and an `end`; RuleSyntaxError at the first character that begins none."""
    if len(text) > MAX_LENGTH:
        raise RuleSyntaxError(
            rule, MAX_LENGTH, f"不超过 {MAX_LENGTH} 个字符的关系式", text[MAX_LENGTH : MAX_LENGTH + 8]
        )
    folded, at = fold(text), 0
    end = len(folded.rstrip())
    while at < end:
        found = _WORD.match(folded, at)
        begin = at + len(folded[at:]) - len(folded[at:].lstrip())
        if not found or not found.lastgroup:
            expected = "行号，如 [01]、[01:2] 或 [:2]" if folded[begin] == "[" else "数、操作数、函数或运算符"
            raise RuleSyntaxError(rule, begin + 1, expected, text[begin : begin + 8])
        yield _token(found, begin + 1, rule)
        at = found.end()
    yield Token("end", "", end + 1)


def _token(found: re.Match[str], position: int, rule: str) -> Token:
    if found["cell"]:
        row, column = found["row"] or "", found["column"] or ""
        if not row and not column:
            raise RuleSyntaxError(rule, position, "行号，如 [01]、[01:2] 或 [:2]", found["cell"])
        return Token("cell", found["cell"], position, row, column)
    if found["place"]:
        whose = {"部门": "dept", "地区": "area"}.get(found["whose"], found["whose"])
        return Token("place", whose, position, code=found["code"])
    kind = next(k for k in ("number", "word", "when", "span", "sign") if found[k])
    return Token(kind, _SPELLINGS.get(found[kind], found[kind]), position)
