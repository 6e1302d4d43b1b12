"""回执 as a page of text: everything that proves what was handed in, when, by whom, and what became of it.

Made from a Receipt; the page in the browser says the same. Times are Beijing time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from etl.receipts import Receipt, tally
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding, Severity
from indicators.periods import Period
from warehouse.errors import told
from warehouse.submissions import Submission

_LISTED = 200


def receipt_text(receipt: Receipt, catalogue: Catalogue) -> str:
    """The receipt in full, lines ending in a newline."""
    lines = ["报送回执", "", f"回执编号　{receipt.id or '未受理'}", f"原文件　　{receipt.file_name}"]
    lines.append(f"SHA-256　 {receipt.file_hash}")
    if receipt.held:
        lines += _about(receipt.held, catalogue)
    lines += [f"读入　　　{receipt.observations} 个数", f"审核发现　{tally(receipt.findings)}"]
    asked = [f for f in receipt.findings if f.severity is Severity.SOFT]
    if asked:
        lines.append(
            f"说明　　　{sum(f.binding in receipt.explained for f in asked)} 条已说明，共 {len(asked)} 条核实性"
        )
    lines += [f"结果　　　{receipt.next_step}", ""]
    if receipt.findings:
        lines += ["审核发现明细"]
        lines += [line for n, found in enumerate(receipt.findings[:_LISTED], 1) for line in _finding(n, found, receipt)]
    if len(receipt.findings) > _LISTED:
        lines.append(f"……其余 {len(receipt.findings) - _LISTED} 条见 zhibiao check 的结果。")
    return "\n".join(lines).rstrip() + "\n"


def _about(held: Submission, catalogue: Catalogue) -> Iterator[str]:
    form, unit = catalogue.forms.get(held.form), catalogue.departments.get(held.department)
    yield f"报表　　　《{form.name if form else held.form}》（{held.form}，{held.edition} 版）"
    yield f"报告期　　{Period.parse(held.period).label}（{held.period}）"
    yield f"填报单位　{unit.name if unit else held.department}（{held.department}）"
    yield f"数据性质　{held.origin.label}"
    yield f"收到　　　{_when(held.received_at, held.received_by)}"
    if held.due_on:
        yield f"报送期限　{held.due_on.isoformat()}"
    if held.submitted_at:
        yield f"提交　　　{_when(held.submitted_at, held.submitted_by)}"
    if held.approved_at:
        yield f"审核通过　{_when(held.approved_at, held.approved_by)}"
    if held.return_reason:
        word = "撤回" if held.withdrawn else "退回"
        yield f"{word}　　　{_when(held.state_at, held.state_by)}　理由：{held.return_reason}"
    if held.generation:
        yield f"发布　　　第 {held.generation} 代"
    yield f"现为　　　{held.label}"


def _when(moment: datetime, who: str | None) -> str:
    return f"{told(moment)}（北京时间）　{who or ''}".rstrip()


def _finding(number: int, found: Finding, receipt: Receipt) -> Iterator[str]:
    where = "!".join(filter(None, (found.sheet, found.cell)))
    yield f"{number}. 【{found.severity.label} {found.code}】{where}　{found.message}".replace("】　", "】")
    if text := receipt.explanations.get(found.binding):
        yield f"   说明：{text}"
    elif found.hint:
        yield f"   怎么办：{found.hint}"
