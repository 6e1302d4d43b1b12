"""为什么不是数: each way in which a cell fails to be a plain number, with its pattern and its Chinese sentence.

The codes are stable; findings and the golden tables use them. `read_number` asks `diagnose` only after a text has
failed to be a number, so order matters (the first pattern that fits names the cause) and speed does not.
"""

from __future__ import annotations

import re

_SPACED = "[, '’\u00a0\u2007\u2009\u202f]"
_DASH = "-‐‑‒–—―─−~～〜∼至到"

# What the sender has to write again, or a person to choose. {raw} is the cell as written.
SENTENCES = {
    "date": "“{raw}”是日期，不是数值。请改填数值；如果是报告期，请填在报告期栏。",
    "boolean": "单元格里是逻辑值“{raw}”，不是数值。请改填数值。",
    "other_type": "单元格里是“{raw}”，不是数值。请改填数值。",
    "formula_error": "公式结果是错误“{raw}”。请改好公式，或直接填写数值。",
    "formula": "“{raw}”是写成文本的公式，没有计算。请直接填写数值。",
    "not_finite": "“{raw}”不是有限的数。请填写数值，没有此项填“—”，没有数据留空。",
    "too_large": "“{raw}”超过 18 位整数，存不下。请核对数值和计量单位。",
    "too_long": "单元格里有 {length} 个字，不是数值。请只填写数值，说明写在备注栏。",
    "reversed": "“{raw}”里有颠倒显示方向的不可见字符，看到的数与存的数可能不同。请清除后重新填写。",
    "only_footnote": "只有注释符号“{raw}”，没有数值。请补填数值；没有此项填“—”，没有数据留空。",
    "contradiction": "“{raw}”的文字与正负号矛盾，不知是增是减。请只写带正负号的数。",
    "level_word": "“{raw}”说的是变到多少，不是变了多少。请填写本栏要求的数值。",
    "multiple": "“{raw}”用倍、番、成表示变化，不能作为统计数值。请按本栏计量单位填写数值。",
    "approximate": "“{raw}”是约数，不能作为统计数值。请填写准确的数。",
    "compare": "“{raw}”带有大于、小于等符号，不是一个数。请填写准确的数。",
    "range": "“{raw}”是一个区间，不是一个数。请填写准确的数。",
    "composite": "“{raw}”把一个数分成几段写。请合成一个数，按本栏计量单位填写。",
    "fraction": "“{raw}”是分数或比，不是小数。请化成小数填写。",
    "scientific": "“{raw}”是写成文本的科学记数法，可能已经丢了有效数字。请改成普通数字。",
    "groups": "“{raw}”的分节不是每三位一节，可能是小数点写成了逗号。请去掉分节重新填写。",
    "decimal_point": "“{raw}”的小数点不是“.”。请改用“.”。",
    "several": "“{raw}”里不止一个数。请一格只填一个数。",
    "currency": "“{raw}”带有货币符号。请去掉符号，只填数值。",
    "sign_space": "“{raw}”的正负号与数字之间有空格，不知是负号还是连接号。请去掉空格。",
    "arrow": "“{raw}”用箭头或三角表示增减，各地含义不同。请改用正负号。",
    "foreign_digits": "“{raw}”里的数字不是阿拉伯数字 0—9。请改用 0—9。",
    "dash_like": "“{raw}”可能是汉字“一”，也可能是破折号。没有此项请填“—”，数值请填 1。",
    "chinese_numeral": "“{raw}”是汉字数字。请改用 0—9。",
    "word_for_none": "“{raw}”没有说清是没有此项还是没有数据。没有此项填“—”，没有数据留空，真正的零填 0。",
    "trailing_dot": "“{raw}”的小数点后没有数字，可能漏填。请补全。",
    "unknown_unit": "“{raw}”中的“{unit}”不是计量单位表中的单位。请只填数值，或改用表中的单位。",
    "not_a_number": "“{raw}”不是数值。请改填数值；没有此项填“—”，没有数据留空。",
    # a person chooses between `candidates`
    "percent_scale": "“{raw}”在百分数栏里没有百分号，可能是 {first}%，也可能是 {second}%。请写成带百分号的数。",
    "percent_mixed": "“{raw}”的单元格格式有的段按百分数显示，有的不按。请统一格式后重新填写。",
    "bare_magnitude": "“{raw}”只写了数量级“{unit}”，没有写是什么的计量单位。请按本栏计量单位填写数值，或写全单位。",
    "leading_zero": "“{raw}”以 0 开头，像编码而不像数。如果确是数值，请去掉前面的 0。",
    "brackets": "“{raw}”带括号，会计上表示负数，也可能只是括注。请改用正负号。",
    "no_change": "“{raw}”如果表示增长 0，请填 0。",
}

# What was decided without asking, kept with the value and shown.
NOTES = {
    "footnotes_cut": "去掉了数后面的注释符号。",
    "invisible_dropped": "去掉了不可见字符。",
    "width_folded": "全角字符按半角读。",
    "minus_folded": "数字前的横线按负号读。",
    "spaces_grouped": "数字之间的空格按三位分节读。",
    "sign_from_word": "正负号按文字读。",
    "own_unit": "单元格里自带计量单位，应与本栏的计量单位核对。",
    "percent_format": "单元格是百分数格式，按显示的百分数读。",
    "rescaled_format": "单元格格式改变了显示，看到的不是存储的数；这里用存储的数。",
    "sign_format": "单元格格式使显示的正负号与存储的数不同；这里用存储的数。",
    "zero_as_mark": "存储的是 0，格式把它显示成符号；按 0 读。如果是没有此项，请改填“—”。",
    "zero_unseen": "存储的是 0，却显示为空白；按 0 读。如果是没有数据，请把单元格清空。",
    "digits_rounded": "单元格超过 15 位有效数字，是计算机浮点误差；取前 15 位。",
    "digits_kept": "单元格超过 15 位有效数字，表格软件只保证前 15 位；请核对末位。",
}

DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}\s*年|[0-9]{1,2}\s*月(?!\s*[/／])|[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])"
    r"|[0-9]{4}[-/](?:0?[1-9]|1[0-2])\Z|[0-9]{1,2}:[0-9]{2}"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for code, pattern in (
        ("formula_error", r"#(?:ref|div/0|n/a|value|name|num|null|spill|calc|field|data|getting_data)\b|#{2,}"),
        ("formula", r"\s*="),
        ("not_finite", r"[-+]?(?:nan|inf|infinity|∞)\Z"),
        ("dash_like", r"[一ー]{1,2}\Z"),
        ("chinese_numeral", r"负?[〇○零一二三四五六七八九十百千万亿两点]+\Z"),
        ("word_for_none", r"(?:无|没有|暂无|无数据|不详|未知|未报|缺|空|免报|/|n\.?/?a\.?|none|null|nil)\Z"),
        ("level_word", r".*(?:增长|增加|上升|提高|下降|降低|减少|回落)了?[到至为]"),
        ("multiple", r".*(?:倍|番|一半|过半|[0-9一二三四五六七八九两]\s*成|折)"),
        ("approximate", r".*(?:约|左右|上下|大概|近|余|多|几|超|逾|不足|不到|以上|以下|以内|至少|至多|最多|[≈+]\Z)"),
        ("compare", r".*[<>≥≤≦≧≮≯±]"),
        ("foreign_digits", r".*(?![0-9])\d"),
        ("scientific", r"[-+]?[0-9.]+\s*(?:e[-+]?[0-9]+\Z|[×x*]\s*10|\^)"),
        ("range", rf".*[0-9][^0-9]{{0,4}}[{_DASH}]{{1,2}}\s*[-+]?\.?[0-9]|[~～〜∼]"),
        ("composite", r".*[0-9]\s*[十百千万亿]+\s*[0-9]"),
        ("fraction", r".*(?:[0-9]\s*[/⁄:]\s*[0-9]|[½⅓⅔¼¾⅕⅛]|分之)"),
        ("currency", r"[-+]?\s*(?:[¥￥$€£]|rmb|cny|usd)|.*[¥￥$€£]"),
        ("arrow", r"[▲△▼▽↑↓⬆⬇]|.*[▲△▼▽↑↓⬆⬇]\Z"),
        ("sign_space", rf"[{_DASH[:9]}+]\s+[0-9]"),
        ("groups", rf"[-+−]?[0-9.]*[0-9](?:{_SPACED}[0-9][0-9.]*)+[^0-9]*\Z|[-+−]?[0-9]+\.[0-9]+[.,][0-9]"),
        ("decimal_point", r"[-+−]?[0-9]+[。·・][0-9]"),
        ("trailing_dot", r"[-+−]?[0-9]+\.\Z"),
        ("several", r".*[0-9]\s*[、;|\s与和及或]\s*[0-9]"),
    )
)


def diagnose(text: str) -> str:
    """The code of the first cause that fits a text which is no number; `not_a_number` when none does."""
    return next((code for code, pattern in _PATTERNS if pattern.match(text)), "not_a_number")
