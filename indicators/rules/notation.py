"""审核关系 as printed under official tables (`01≥02+03；11=12+16`, `01列=02列+03列`), read into rules of this language.

What stands there is prose with relations in it, in mixed width. A relation is taken only when every number in it is
surely a row, a column or a constant of the form; anything else is reported with its line and the reason. It must not
guess: an unread line costs a minute, a wrong rule refuses good returns for years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.catalogue.model import Form, FormEdition, Rule
from indicators.findings import Severity
from indicators.rules.binding import bind
from indicators.rules.errors import RuleError, RuleSyntaxError
from indicators.rules.parser import parse
from indicators.rules.tokens import fold
from indicators.rules.tree import text_of

_WORDS = (
    ("大于或等于|大于等于|不小于|不少于|不低于", "≥"),
    ("小于或等于|小于等于|不大于|不多于|不高于|不超过", "≤"),
    ("不等于", "≠"),
    ("等于", "="),
    ("大于", ">"),
    ("小于", "<"),
    ("加上?", "+"),
    ("减去?", "-"),
    ("乘以?", "*"),
    ("除以", "/"),
)
_COMPARISON = re.compile(r"<=|>=|<>|!=|[=≠<≤>≥]")
_ENUMERATED = re.compile(r"\A\s*(?:\(\d{1,2}\)|\d{1,2}[)、]|\d{1,2}\.(?!\d)|[①-⑳])\s*(?=[^\s+\-*/=≠<≤>≥)])")
_HEADING = re.compile(r"\A[^\d:=≠<≤>≥]{1,30}:")
_CONDITION = re.compile(r"\s*(?:当|若|如果?)(?P<when>.+?)(?:时[,，]?(?:则)?|[,，]?则|[,，]?那么|[,，])(?P<then>.+)\Z")
_TERM = re.compile(
    r"""\s*(?:
      第?(?P<row>[A-Za-z]?\d+)\s*行\s*,?\s*第?\s*(?P<column>[A-Za-z]?\d+)\s*[列栏]
    | 第?(?P<number>[A-Za-z]?\d+(?:\.\d+)?)\s*(?P<percent>%)?\s*(?P<kind>[行列栏])?
    | (?P<sign><=|>=|<>|!=|[=≠<≤>≥+\-*/()])
    | (?P<span>至|到|~|…+|\.{2,})
    | (?P<total>之和|合计|之总和)
    | (?P<sum>∑|Σ)
    )""",
    re.VERBOSE,
)
_PROSE = re.compile(r"[^\W\d_a-zA-Z]+|[:、“”\"']")
_BESIDE_LABEL = re.compile(r"\(\s*([A-Za-z]?\d+)\s*\)")
_COLUMNS_AHEAD = re.compile(r"(?:宾栏|列间|栏间|列与列)[^:]*:")
_SIGN = re.compile(r"[=≠<≤>≥≈≒≡]")  # 合计=各项之和 speaks of a relation without a number
_SPOKEN = re.compile(r"[\d一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of text that speaks of a relation and was not understood: its 1-based line and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a text: rules, all `hard` and bound to the form, and what could not be read."""

    rules: tuple[Rule, ...]
    unread: tuple[Unread, ...]


class _Doubt(Exception):
    """A relation that cannot be read with certainty; the text says why."""


def import_notation(text: str, form: Form, edition: FormEdition | None = None) -> ImportReport:
    """The relations in `text` as rules of `form`, proved against `edition` (its latest unless given).

    Codes of the rules are the form's with N01, N02 …, messages the text they came from. Lines without a comparison
    are prose and left alone.
    """
    codes = _Codes(edition or form.editions[-1])
    rules: list[Rule] = []
    unread: list[Unread] = []
    for line, piece, by_column in _pieces(text):
        try:
            made = [
                Rule(
                    code=f"{form.code}-N{len(rules) + number:02}", version="1", form=form.code, severity=Severity.HARD,
                    expression=text_of(parse(expression)), message=piece,
                )
                for number, expression in enumerate(_expressions(piece, codes, by_column), 1)
            ]  # fmt: skip
            for rule in made:
                bind(rule, codes.edition)
        except RuleSyntaxError as error:
            unread.append(Unread(line, piece, f"读成关系式后，第 {error.position} 个字符处应为{error.expected}。"))
        except RuleError as error:
            unread.append(Unread(line, piece, str(error)))
        except _Doubt as doubt:
            unread.append(Unread(line, piece, str(doubt)))
        else:
            rules += made
    return ImportReport(tuple(rules), tuple(unread))


def _pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """The pieces of a text that hold a comparison, with their lines, and whether the line is about columns (宾栏：)."""
    for number, line in enumerate(text.splitlines(), 1):
        by_column = bool(_COLUMNS_AHEAD.search(fold(line)))
        for sentence in re.split(r"[;；。]", line):
            conditional = _CONDITION.match(_plain(sentence))
            for piece in [sentence] if conditional else re.split(r"[,，]", sentence):
                said = _COMPARISON.search(_plain(piece)) and _SPOKEN.search(piece)
                if said or _SIGN.search(fold(piece)):
                    yield number, piece.strip(), by_column


def _plain(text: str) -> str:
    """Half width, operators for words, no heading or numbering in front."""
    text = fold(text).replace("，", ",")
    for words, sign in _WORDS:
        text = re.sub(words, sign, text)
    return _ENUMERATED.sub("", _HEADING.sub("", text, count=1), count=1)


def _expressions(piece: str, codes: _Codes, by_column: bool) -> list[str]:
    """A piece in the rule language: `a ≥ b ≥ c` gives two."""
    plain = _plain(piece)
    conditional = _CONDITION.match(plain)
    if conditional:
        conditions = _relations(conditional["when"], codes, by_column)
        consequences = _relations(conditional["then"], codes, by_column)
        return [f"if {' and '.join(conditions)} then {consequence}" for consequence in consequences]
    return _relations(plain, codes, by_column)


def _relations(text: str, codes: _Codes, by_column: bool) -> list[str]:
    text = _BESIDE_LABEL.sub(r" \1 ", text)
    sides = _COMPARISON.split(text)
    signs = _COMPARISON.findall(text)
    read = [_Side(side, codes, by_column, leading=number == 0) for number, side in enumerate(sides)]
    if any(side.bare_percentage for side in read) and not any(side.ratio for side in read):
        raise _Doubt("百分数与行直接比较，看不出是 100 还是 1。请写成两项之比，或写成不带 % 的数。")
    if len({side.kind for side in read if side.kind}) > 1:
        raise _Doubt("有的项写了列号，有的项没有写，分不清是行还是列。请全部写明，如“01列=02列+03列”。")
    if not any(side.kind for side in read):
        raise _Doubt("没有认出行号或列号。")
    texts = [side.text for side in read]
    return [f"{a} {sign} {b}" for a, sign, b in zip(texts, signs, texts[1:], strict=False)]


class _Codes:
    """The rows and columns of a form and how their codes may be spelled."""

    def __init__(self, edition: FormEdition) -> None:
        self.edition = edition
        self.rows = [row.code for row in edition.rows if not row.heading]
        self.columns = [column.code for column in edition.columns]

    def found(self, written: str, known: list[str], what: str, certain: bool) -> str | None:
        """The code that is meant; None for a constant; _Doubt when it may be either or is unknown."""
        if written in known:
            return written
        alike = [code for code in known if code.lstrip("0") == written.lstrip("0")] if "." not in written else []
        if len(alike) == 1 and (certain or written.startswith("0")):
            return alike[0]
        if alike:
            raise _Doubt(f"“{written}”可能是第 {alike[0]} {what}，也可能是数 {written}。请写成两位代码或写明{what}。")
        as_long_as_a_code = written != "0" and len(written) in {len(code) for code in known}
        if certain or as_long_as_a_code or not re.fullmatch(r"0|[1-9]\d*(\.\d+)?|0\.\d+", written):
            raise _Doubt(f"表中没有第 {written} {what}。")
        return None

    def between(self, first: str, last: str, known: list[str]) -> list[str]:
        """The codes from first to last, all on one level, since 其中 lines in a sum would count twice."""
        run = known[known.index(first) : known.index(last) + 1]
        indents = {row.indent for row in self.edition.rows if row.code in run} if known is self.rows else {0}
        if not run:
            raise _Doubt(f"“{first}”排在“{last}”之后。")
        if len(indents) > 1:
            raise _Doubt(f"第 {first} 行到第 {last} 行中有“其中”项，不能整段相加。请逐项写明。")
        return run


class _Side:
    """One side of a comparison: its text in the rule language, and whether it speaks of rows, columns or cells."""

    def __init__(self, text: str, codes: _Codes, by_column: bool, leading: bool) -> None:
        self._codes, self._by_column = codes, by_column
        self.kind = ""
        self._parts: list[str] = []
        adding = bool(re.search("之和|合计|∑|Σ", text))
        text = re.sub(r"(?<=[\d行列栏])\s*[与和、]\s*(?=第?[\d])", "+", text) if adding else text
        self._read(text)
        self.text = " ".join(self._parts)
        if not self._parts:
            raise _Doubt("比较符号的一边没有行号或列号。请写成表上印的代码，如“06=07+08”。")
        self._prove_constants(leading)

    def _read(self, text: str) -> None:
        at, awaited = 0, False
        while at < len(text.rstrip()):
            term = _TERM.match(text, at)
            if term is None:
                prose = _PROSE.match(text, at) or re.compile(r"\s+").match(text, at)
                if prose is None:
                    raise _Doubt(f"“{text[at : at + 8].strip()}”读不懂。")
                at = prose.end()
                continue
            at = term.end()
            if term["span"]:
                awaited = True
            elif term["row"] or term["number"]:
                self._operand(term, awaited)
                awaited = False
            elif term["sign"] and not (awaited and term["sign"] == "+"):
                self._parts.append(term["sign"])
        if awaited:
            raise _Doubt("连续区间没有写到哪一项为止。")

    @property
    def bare_percentage(self) -> bool:
        """True for `100%` alone, which of a row in % may mean 100 and of a ratio 1."""
        return len(self._parts) == 1 and self.text.endswith("%")

    @property
    def ratio(self) -> bool:
        """True when something is divided."""
        return "/" in self._parts

    def _prove_constants(self, leading: bool) -> None:
        """A constant multiplies, divides or stands alone; `1.03+04` is rather a number in a list before row 03."""
        for before, part, after in zip(["", *self._parts], self._parts, [*self._parts[1:], ""], strict=False):
            constant = part[0].isdigit()
            if constant and ({before, after} & {"+", "-"} or (leading and len(self._parts) == 1 and "." in part)):
                raise _Doubt(f"“{part}”可能是序号和行号，也可能是数。请在序号后空一格，或写明“行”。")

    def _operand(self, term: re.Match[str], ends_span: bool) -> None:
        cell = self._cell(term)
        if ends_span:
            self._close_span(cell)
            return
        if self._parts and not re.fullmatch(r"[+\-*/(]", self._parts[-1]):
            raise _Doubt(f"“{self._parts[-1]}”与“{term.group().strip()}”之间没有运算符。")
        self._parts.append(cell)

    def _cell(self, term: re.Match[str]) -> str:
        if term["row"]:
            row = self._codes.found(term["row"], self._codes.rows, "行", True)
            column = self._codes.found(term["column"], self._codes.columns, "列", True)
            self._speaks_of("格")
            return f"[{row}:{column}]"
        number, named = term["number"], term["kind"] or ""
        column_meant = named in ("列", "栏") or (self._by_column and named != "行")
        known, what = (self._codes.columns, "列") if column_meant else (self._codes.rows, "行")
        code = None if term["percent"] else self._codes.found(number, known, what, bool(named))
        if code is None:
            return f"{number}{term['percent'] or ''}"
        self._speaks_of(what)
        return f"[:{code}]" if column_meant else f"[{code}]"

    def _speaks_of(self, kind: str) -> None:
        if self.kind and self.kind != kind:
            raise _Doubt("行和列混写在一条关系里，分不清所指。请写成“01行1列”。")
        self.kind = kind

    def _close_span(self, last: str) -> None:
        """Replace the terms before `至` or `…` by every code from the first of them to `last`."""
        while self._parts and self._parts[-1] == "+":
            self._parts.pop()
        begin = len(self._parts)
        while begin and (self._parts[begin - 1].startswith("[") or self._parts[begin - 1] == "+"):
            begin -= 1
        run = [part for part in self._parts[begin:] if part != "+"]
        if not run or ":" in last.strip("[:]") or not last.startswith("["):
            raise _Doubt("连续区间的首尾须是行号或列号。")
        known, mark = (self._codes.columns, "[:") if last.startswith("[:") else (self._codes.rows, "[")
        codes = self._codes.between(run[0].strip("[:]"), last.strip("[:]"), known)
        if [part.strip("[:]") for part in run] != codes[: len(run)]:
            raise _Doubt("省略号前的各项不是依次相连的行。请逐项写明。")
        self._parts[begin:] = [f"sum({', '.join(f'{mark}{code}]' for code in codes)})"]
