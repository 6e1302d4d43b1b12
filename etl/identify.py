"""Which return a workbook is: by its signed `_meta`, else by the signed line on the sheet, else as the sender says.

First half of parsing, before `locate`. Never by resemblance: a workbook without a signature is read only where the
sender names form, period and department, and then only when its codes match one to one (`parse` proves that).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.codes import finding
from etl.identity import META_SHEET, PRODUCT, Identity, read_line, signed, spec_digest
from etl.workbook import Workbook
from indicators.catalogue.facets import edition_for
from indicators.catalogue.model import Catalogue, Form, FormEdition
from indicators.errors import UsageError
from indicators.findings import Finding
from indicators.mapping.model import MappedEdition
from indicators.observations import Origin
from indicators.periods import Period


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sender says the return is; "" where nothing was said."""

    form: str = ""
    period: str = ""
    department: str = ""


@dataclass(slots=True)
class Recognition:
    """Who the return is, as far as it is known: `form` and `edition` None where it could not be told."""

    identity: Identity | None = None
    how: str = ""  # template: by meta and names · codes: by the printed line or the sender's word, and codes
    form: Form | None = None
    edition: FormEdition | None = None
    period: Period | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def foreign(self) -> bool:
        """True for a workbook that carries no mark of ours: a hand-made one, which a mapping may know."""
        return any(found.code == "S201" for found in self.findings)


def identify(book: Workbook, catalogue: Catalogue, secret: bytes, expected: Expected | None = None) -> Recognition:
    """Say which return this is; every doubt is a finding that blocks."""
    expected = expected or Expected()
    found = _identity(book, secret, expected, catalogue)
    if found.identity is None:
        return found
    _resolve(found, found.identity, catalogue)
    _compare(found, found.identity, catalogue, expected)
    return found


def _identity(book: Workbook, secret: bytes, expected: Expected, catalogue: Catalogue) -> Recognition:
    meta = _meta(book)
    if meta is not None:
        identity = signed(meta, secret)
        if identity is None:
            message = "报表的内部标识（_meta）与签名不符：标识被改动过，或报表不是本系统生成的。数字没有读取。"
            return Recognition(findings=[finding("S202", message, sheet=META_SHEET)])
        return Recognition(identity, "template")
    lines = [line for sheet in book.sheets for cell in sheet.cells.values() if (line := read_line(cell.text))]
    if lines:
        identity = signed(lines[0], secret)
        if identity is None or any(line != lines[0] for line in lines):
            message = "表内印的识别码与签名不符，或一个工作簿里放了几张不同的报表。数字没有读取。"
            return Recognition(findings=[finding("S202", message)])
        message = "报表的内部标识（_meta）已丢失（可能复制到了新的工作簿），已按表内印的识别码和行、栏代码对应。"
        return Recognition(identity, "codes", findings=[finding("S209", message)])
    if expected.form and expected.period and expected.department and not _mapped(catalogue.forms.get(expected.form)):
        department = catalogue.departments.get(expected.department)
        origin = department.origin if department else Origin.RETURNED
        form = catalogue.forms.get(expected.form)
        try:
            edition = edition_for(form, Period.parse(expected.period).code) if form else None
        except UsageError:
            edition = None
        identity = Identity(
            expected.form, edition.edition if edition else "", expected.period, expected.department, origin
        )
        message = "工作簿里没有报表标识，已按您指定的报表、报告期和单位，用行、栏代码对应。"
        return Recognition(identity, "codes", findings=[finding("S209", message)])
    return Recognition(findings=[finding("S201", _foreign(book, catalogue))])


def _mapped(form: Form | None) -> bool:
    """True for a form that has no template: it is read by a mapping."""
    return form is not None and isinstance(form.editions[-1], MappedEdition)


def _foreign(book: Workbook, catalogue: Catalogue) -> str:
    """Say what a workbook without any mark of ours looks like, without reading it as that."""
    texts = [cell.text for sheet in book.sheets for cell in sheet.cells.values() if cell.kind == "s"]
    alike = [f for f in catalogue.forms.values() if any(f.table_number and f.table_number in text for text in texts)]
    seems = f"它看起来像《{alike[0].name}》（{alike[0].code}），但" if len(alike) == 1 else ""
    return f"这个工作簿不是本系统生成的报表，{seems}没有报表标识和识别码，数字没有读取。"


def _meta(book: Workbook) -> dict[str, str] | None:
    """Contents of the meta sheet, in whatever state a spreadsheet program left it; None without one of ours."""
    sheet = book.sheet(META_SHEET)
    if sheet is None:
        return None
    values = {sheet.text(row, 1): sheet.text(row, 2) for row, col in sheet.cells if col == 1}
    return values if values.get("product") == PRODUCT else None


def _resolve(found: Recognition, identity: Identity, catalogue: Catalogue) -> None:
    """Look up form, edition and period in the catalogue."""
    found.form = catalogue.forms.get(identity.form)
    if found.form is None:
        message = f"报表代码 {identity.form} 不在现行报表目录中，数字没有读取。"
        found.findings.append(finding("S203", message, found=identity.form))
        return
    found.edition = next((e for e in found.form.editions if e.edition == identity.edition), None)
    try:
        found.period = Period.parse(identity.period)
    except UsageError:
        message = f"看不懂报告期“{identity.period}”，数字没有读取。"
        found.findings.append(finding("S207", message, found=identity.period))
        return
    valid = edition_for(found.form, found.period.code)
    if found.edition is None:
        message = f"《{found.form.name}》没有“{identity.edition}”这一版，数字没有读取。"
        found.findings.append(finding("S204", message, found=identity.edition, expected=valid.edition if valid else ""))
    elif valid != found.edition:
        now = f"本期应使用 {valid.edition} 版" if valid else "本期没有可用的版本"
        message = f"这是《{found.form.name}》{found.edition.edition} 版，{found.period.label}不用这一版；{now}。"
        found.findings.append(
            finding("S205", message, found=found.edition.edition, expected=valid.edition if valid else "")
        )


def _compare(found: Recognition, identity: Identity, catalogue: Catalogue, expected: Expected) -> None:
    """Compare with who may send this form and with what the sender says it is."""
    department = catalogue.departments.get(identity.department)
    name = f"{department.name}（{identity.department}）" if department else identity.department
    if department is None or (found.form and identity.department not in found.form.departments):
        message = f"报表的填报单位是“{name}”，它不在本表的报送单位之列。"
        found.findings.append(finding("S206", message, found=identity.department))
    elif expected.department and expected.department != identity.department:
        meant = catalogue.departments.get(expected.department)
        message = f"这是“{name}”的报表，您的单位是“{meant.name if meant else expected.department}”。"
        found.findings.append(finding("S206", message, found=identity.department, expected=expected.department))
    if expected.period and expected.period != identity.period:
        message = f"这是 {identity.period} 的报表，要报送的是 {expected.period}。"
        found.findings.append(finding("S207", message, found=identity.period, expected=expected.period))
    if expected.form and expected.form != identity.form:
        message = f"这是 {identity.form} 表，要报送的是 {expected.form} 表。"
        found.findings.append(finding("S208", message, found=identity.form, expected=expected.form))


def spec_changed(book: Workbook, edition: FormEdition) -> bool:
    """True when the edition was changed in the catalogue after the template had been made."""
    return (_meta(book) or {}).get("spec", "") not in ("", spec_digest(edition))
