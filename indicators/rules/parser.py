"""From the text of a rule to its tree: a Pratt parser over the grammar in `indicators.rules`.

The text is not trusted: its length, the depth of its tree and the size of its numbers are limited. Whether the rows and
columns exist is decided later, when the rule meets a form.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn, cast

from indicators.rules.errors import RuleSyntaxError
from indicators.rules.kinds import DEFAULTS
from indicators.rules.tokens import Token, tokens
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Claim,
    Comparison,
    Implication,
    Kind,
    Logical,
    Negative,
    Node,
    Not,
    Number,
    Reference,
    Span,
    Value,
    When,
    parts,
)

MAX_DEPTH = 64
_COMPARISONS = "=≠<≤>≥"
_BINDING = {"or": 1, "and": 2, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_FUNCTIONS = ("sum", "min", "max", "abs")
_CLAIM, _VALUE = "比较关系，如 [01] = [02]", "数、操作数或函数"


def parse(text: str, rule: str = "") -> Claim | Kind:
    """The tree of a rule's expression; `rule` is its code for the message of RuleSyntaxError."""
    reader = _Reader(text, rule)
    if reader.here.kind == "word" and reader.here.text in DEFAULTS:
        return reader.kind()
    start = reader.here
    node = reader.expression(0, 1)
    reader.expect("end", "", "运算符或结尾")
    return reader.claim(node, start)


class _Reader:
    """One pass over the words; `here` is the word not yet used."""

    def __init__(self, text: str, rule: str) -> None:
        self._rule = rule
        self._words = tokens(text, rule)
        self._height: dict[int, int] = {}
        self.here = next(self._words)

    def expression(self, at_least: int, depth: int) -> Node:
        """A node whose operators bind at least so tightly; `depth` counts the brackets around it."""
        start = self.here
        if depth > MAX_DEPTH:
            self._fail(start, f"不超过 {MAX_DEPTH} 层的关系式")
        left = self._made(self._prefix(at_least, depth), start)
        while (binds := _BINDING.get(self.here.text, 0)) > 0 and binds >= at_least:
            sign = self._next()
            if isinstance(left, Comparison) and sign.text in _COMPARISONS:
                self._fail(sign, "“且”：比较不能连写，请写成 a ≥ b 且 b ≥ c")
            following = self.here
            right = self.expression(binds + 1, depth + 1)
            left = self._made(self._joined(sign, left, start, right, following), start)
        return left

    def kind(self) -> Kind:
        """A named check with its indicators and threshold, up to the end."""
        name, threshold, indicators = self._next().text, None, list[str]()
        self.expect("sign", "(", "“(”")
        while self.here.text != ")":
            word = self._next()
            if word.kind == "number" and threshold is None and DEFAULTS[name] is not None:
                threshold = self._number(word).value
            elif word.kind == "word" and threshold is None:
                indicators.append(word.text)
            else:
                self._fail(word, "指标代码" if DEFAULTS[name] is None else "指标代码，或列在最后的一个阈值")
            if self.here.text != ")":
                self.expect("sign", ",", "“,”或“)”")
        self._next()
        self.expect("end", "", "结尾：这类审核关系不能与其他关系连写")
        return Kind(name, tuple(indicators), threshold)

    def claim(self, node: Node, start: Token) -> Claim:
        """The node, if it says something; a number says nothing."""
        if not isinstance(node, Claim):
            self._fail(start, _CLAIM)
        return node

    def expect(self, kind: str, text: str, expected: str) -> Token:
        """Use up the next word, which has to be this one."""
        if self.here.kind != kind or (text and self.here.text != text):
            self._fail(self.here, expected)
        return self._next() if kind != "end" else self.here

    def _prefix(self, at_least: int, depth: int) -> Node:
        word = self._next()
        if word.kind == "number":
            return self._number(word)
        if word.kind in ("cell", "place"):
            return self._reference(word)
        if word.text in _FUNCTIONS:
            return self._call(word, depth)
        if word.text == "(":
            node = self.expression(0, depth + 1)
            self.expect("sign", ")", "“)”")
            return node
        if word.text == "-":
            return Negative(self._value(self.expression(7, depth + 1), word))
        if word.text == "not" and at_least <= 3:
            return Not(self.claim(self.expression(3, depth + 1), word))
        if word.text == "if" and at_least == 0:
            condition = self.claim(self.expression(1, depth + 1), word)
            self.expect("word", "then", "“则”")
            return Implication(condition, self.claim(self.expression(0, depth + 1), self.here))
        self._fail(word, _VALUE if at_least > 4 else f"{_VALUE}，或{_CLAIM}")

    def _joined(self, sign: Token, left: Node, start: Token, right: Node, following: Token) -> Node:
        if sign.text in ("and", "or"):
            joined = self.claim(left, start), self.claim(right, following)
            return Logical("and" if sign.text == "and" else "or", *joined)
        values = self._value(left, start), self._value(right, following)
        if sign.text in _COMPARISONS:
            return Comparison(sign.text, *values)  # type: ignore[arg-type]
        return Arithmetic(sign.text, *values)  # type: ignore[arg-type]

    def _value(self, node: Node, start: Token) -> Value:
        if isinstance(node, Claim | Span):
            self._fail(start, _VALUE)
        return node

    def _number(self, word: Token) -> Number:
        value = Decimal(word.text)
        if self.here.text == "%":
            self._next()
            value = value / 100
        _, digits, exponent = value.as_tuple()
        if len(digits) + cast(int, exponent) > 18 or cast(int, exponent) < -10:
            self._fail(word, "不超过 18 位整数、10 位小数的数")
        return Number(value)

    def _reference(self, word: Token) -> Reference:
        place = {"dept": "", "area": ""}
        while word.kind == "place" and not place[word.text] and not (word.text == "dept" and place["area"]):
            place[word.text] = word.code
            if self.here.text == "." and word.text == "dept":
                self._next()
            word = self._next()
        if word.kind != "cell":
            self._fail(word, "单元格，如 [01] 或 [01:2]")
        when = self._next() if self.here.kind == "when" else None
        if when and when.text not in ("上期", "上年同期"):
            self._fail(when, "@上期 或 @上年同期")
        return Reference(word.row, word.column, cast(When, when.text if when else ""), place["dept"], place["area"])

    def _call(self, word: Token, depth: int) -> Call:
        self.expect("sign", "(", "“(”")
        arguments = [self._argument(depth)]
        while self.here.text == "," and word.text != "abs":
            self._next()
            arguments.append(self._argument(depth))
        self.expect("sign", ")", "“)”" if word.text == "abs" else "“,”或“)”")
        if word.text == "abs" and isinstance(arguments[0], Span):
            self._fail(word, "sum、min 或 max：abs 只取一个数")
        return Call(word.text, tuple(arguments))  # type: ignore[arg-type]

    def _argument(self, depth: int) -> Value | Span:
        start = self.here
        node = self._value(self.expression(5, depth + 1), start)
        if self.here.kind != "span":
            return node
        self._next()
        following = self.here
        last = self.expression(5, depth + 1)
        if not isinstance(node, Reference) or not isinstance(last, Reference):
            self._fail(following, "连续区间的首尾两个单元格，如 [01]..[09]")
        return Span(node, last)

    def _made(self, node: Node, start: Token) -> Node:
        height = 1 + max((self._height.get(id(p), 1) for p in parts(node)), default=0)
        if height > MAX_DEPTH:
            self._fail(start, f"不超过 {MAX_DEPTH} 层的关系式，多项相加请写 sum(…)")
        self._height[id(node)] = height
        return node

    def _next(self) -> Token:
        word = self.here
        if word.kind != "end":
            self.here = next(self._words)
        return word

    def _fail(self, word: Token, expected: str) -> NoReturn:
        raise RuleSyntaxError(self._rule, word.position, expected, word.text)
