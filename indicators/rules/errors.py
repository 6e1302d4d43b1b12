"""What can be wrong with a check rule itself. A return that breaks a rule is a Finding, never one of these."""

from __future__ import annotations

from indicators.errors import CatalogueError


class RuleError(CatalogueError):
    """A rule cannot be used: its text cannot be read, or it names rows and columns that the form has not."""


class RuleSyntaxError(RuleError):
    """The text of a rule leaves the grammar at `position` (1-based), where `expected` should stand."""

    def __init__(self, rule: str, position: int, expected: str, found: str) -> None:
        self.rule, self.position, self.expected, self.found = rule, position, expected, found
        super().__init__(
            f"审核关系“{rule or '（未命名）'}”第 {position} 个字符处应为{expected}，"
            f"却是{f'“{found}”' if found else '结尾'}。该条关系没有读入；请改正它的 expression 后再试。"
        )
