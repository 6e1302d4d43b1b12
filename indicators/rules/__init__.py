"""审核关系: the rule language of check rules, kept as versioned data in the catalogue (`Rule.expression`).

It stands between the catalogue (which holds the text) and whoever checks a return (Python on one return, SQL on many).
It knows forms and numbers; it must not know workbooks, databases or who sent what.

The grammar (Chinese and ASCII spellings are equal, full width is folded to half width)::

    rule        = kind | claim
    claim       = ("if" | "若" | "如果") boolean ("then" | "则" | "那么") claim | boolean
    boolean     = conjunct { ("or" | "或" | "或者") conjunct }
    conjunct    = negation { ("and" | "且" | "并且") negation }
    negation    = ("not" | "非") negation | comparison | "(" claim ")"
    comparison  = sum ("=" | "≠" "!=" "<>" | "<" | "≤" "<=" | ">" | "≥" ">=") sum      one per comparison, no chains
    sum         = product { ("+" | "-" "−") product }
    product     = signed { ("*" "×" | "/" "÷") signed }
    signed      = "-" signed | number ["%"] | operand | function | "(" sum ")"
    function    = ("sum" | "min" | "max" | "abs") "(" argument { "," argument } ")"    abs takes one
    argument    = operand ".." operand | sum
    operand     = [place] cell ["@上期" | "@上年同期"]
    place       = "dept." CODE | "area." CODE | "dept." CODE ".area." CODE             部门., 地区. too
    cell        = "[" ROW "]" | "[" ROW ":" COLUMN "]" | "[" ":" COLUMN "]"
    kind        = NAME "(" [ (INDICATOR | number) { "," (INDICATOR | number) } ] ")"

Operands. `[01:2]` is the cell in row 01 and column 2, by the codes printed in the form. `[01]` leaves
the column open: the rule is applied once to every column named in `Rule.columns`, or, when that is
empty, to every column of values (本期数, 上年同期数, 计划数; never a column of 同比增长 %). `[:2]` leaves the row
open: once for every row that holds values. One rule leaves either the column or the row open, not both.
`@上期` is the period before; for a 累计 number the one before in the same year, which the first has not.
`@上年同期` is the same period a year earlier. `dept.FGW[01]` is the same series (indicator, area, measure,
nature, price basis, scope) as another department reports it, `area.JTKFQ[01]` the same for another
area, by the same department unless `dept.` says another. `[02]..[09]` runs, in the form's order, over
the rows on the indent of the first one (其中 lines are left out).

Numbers are compared in the catalogue unit of the indicator (亿元, not 万元), with ten decimals. `60%` is
0.6; a growth of 5.3 % stands in its cell as 5.3. The tolerance of =, ≤ and ≥ is the largest of
`tolerance_abs`, `tolerance_rel` × |right| and what rounding alone can do: half the last printed unit of
every operand, carried through the arithmetic. `<`, `>`, `≠`, and everything under `not` or before
`then`, are exact. A blank, unreadable or 不适用 operand, a division by zero or a number of more than 18
digits makes the rule not evaluable; it never passes. `…` (below the smallest unit) counts as 0 with
half a unit of tolerance.

Kinds that no expression can say. Indicator codes restrict one to those indicators, a number replaces its threshold::

    required()         a cell that must be filled is blank
    range()            outside natural_min … natural_max of the indicator
    sign()             negative, where neither natural_min allows it nor the period before was negative
    rate()             同比增长 % against 本期数 and 上年同期数; only info where prices are not comparable
    ytd_rises()        累计 lower than a period before
    ytd_difference()   累计 − 累计 of the period before ≠ 本期
    ytd_not_summed()   累计 looks like running totals added up
    last_year()        上年同期数 differs from what was published a year ago
    jump(50)           more than 50 times, or less than 1/50 of, the period before: a slip of unit
    departments()      another department published another value of the same series
    zones(GDP, …)      the additive parts of an area do not add up to it, or a part exceeds it
    unchanged()        the same number as the period before
    outlier(3.5)       growth far from its own history (robust z)
    roundness(60)      more than 60 % of the numbers end in 0

Examples::

    [01] = [02] + [03] + [04]
    sum([05]..[09]) ≤ [04]
    [01:3] = ([01:1] / [01:2] - 1) × 100
    若 [07] > 0 则 [08] > 0
    [01:1] ≥ [01:1]@上期
    area.CCXQ[01] ≥ [01]
"""
