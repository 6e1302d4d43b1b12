"""Every finding that receiving, reading and parsing can make: stable code, severity, advice. Rules bring theirs (R).

Groups: F file · S structure and identity · V value · T7 target table · T8 list of tasks. `docs/reference/findings.md`
is the same list for people. Only the words of the moment (which cell, which text) are given where it is made.
"""

from __future__ import annotations

from typing import Any

from indicators.findings import Finding, Severity

_RESAVE = "请用 Excel 或 WPS 打开，确认内容无误后另存为“Excel 工作簿（*.xlsx）”，再上传。"
_TEMPLATE = "请从系统重新下载本期报表，把数字填入（可复制粘贴数值）后再上传。"
_REPAIR = "请用 Excel 或 WPS 打开修复后另存为 .xlsx；打不开时，请向填报人要原件。"
_CELL = "请在该单元格改正后重新上传。"
_FOREIGN = (
    "请从系统重新下载本期报表，把数字填入后再上传；这种手工表要常报的，请综合统计处先用 zhibiao adopt 登记对照表。"
)
_MAPPING = "没有读入任何数。请恢复表里原来的写法；确需改变的，请综合统计处登记新的一版对照表。"

HARD, SOFT, INFO = Severity.HARD, Severity.SOFT, Severity.INFO
CODES: dict[str, tuple[Severity, str]] = {
    # F file: refused, nothing was read
    "F101": (HARD, "请确认文件已保存，再选择有内容的文件上传。"),
    "F102": (HARD, _RESAVE),  # web page
    "F103": (HARD, "请上传原始的 Excel 报表，不要上传打印件。"),  # PDF
    "F104": (HARD, "请选择 .xlsx 报表文件上传。"),  # something else
    "F105": (HARD, "请取消密码后重新上传：文件 → 信息 → 保护工作簿 → 用密码进行加密，清空密码后保存。"),
    "F106": (HARD, _REPAIR),  # damaged container
    "F107": (HARD, "请另存为不含宏的“Excel 工作簿（*.xlsx）”，再上传。"),
    "F108": (HARD, "请删除插入的控件和对象后另存，再上传。"),
    "F109": (HARD, "请删除与报表无关的工作表和图片后另存，再上传。"),  # too large
    "F110": (HARD, _RESAVE),  # too many parts
    "F111": (HARD, _RESAVE),  # unsafe names of parts
    "F112": (HARD, _RESAVE),  # inflates beyond the limit
    "F113": (HARD, _RESAVE),  # DTD or entity
    "F114": (HARD, _REPAIR),  # broken XML
    "F115": (HARD, "请确认选择的是工作簿，不是 Word 或演示文稿。"),  # no workbook inside
    "F116": (HARD, _RESAVE),  # binary or XML workbook formats nobody asked for
    "F117": (HARD, "请把数字录入报表单元格，不要粘贴图片或截图。"),
    "F118": (HARD, "请确认填报内容已经保存，再上传。"),  # nothing in any cell
    "F119": (HARD, "请只保留报表所在的工作表，另存后再上传。"),  # too many sheets, rows, columns or cells
    "F120": (HARD, "请取消大范围的合并单元格，或重新下载报表填写。"),
    "F121": (HARD, _REPAIR),  # wrong or repeated addresses, dangling references
    "F122": (HARD, "请删除过长的文字后另存，再上传。"),
    "F123": (HARD, _CELL),  # number that is no number
    "F130": (HARD, "请删去多余的内容后重试；仍然如此，请把文件交给系统管理员查看。"),  # reading took too long
    "F131": (HARD, "请删去多余的内容后重试；仍然如此，请把文件交给系统管理员查看。"),  # reading needed too much memory
    "F132": (HARD, "请用 Excel 或 WPS 另存为 .xlsx 后重试；仍然如此，请把文件交给系统管理员查看。"),  # reader died
    "F133": (HARD, "请确认文件没有被别的程序占用，并有读取权限，再试一次。"),
    # F file: read, with something to know
    "F150": (INFO, "公式引用了别的工作簿，系统使用的是文件中保存的计算结果。建议复制后“选择性粘贴—数值”。"),
    "F151": (INFO, "图片中的内容不会被读取，数字请录入单元格。"),
    "F152": (INFO, "建议另存为 .xlsx 再上传。"),  # legacy format: no number formats, no error cells
    "F153": (INFO, "建议使用系统下载的 .xlsx 报表。"),  # CSV
    "F154": (INFO, "系统不会刷新数据连接，使用的是文件中保存的数值。"),
    # S structure and identity
    "S201": (HARD, _FOREIGN),  # not one of our returns
    "S202": (HARD, _TEMPLATE),  # identity altered
    "S203": (HARD, _TEMPLATE),  # unknown form
    "S204": (HARD, _TEMPLATE),  # unknown edition
    "S205": (HARD, _TEMPLATE),  # edition not valid for the period
    "S206": (HARD, "请核对是否选错了文件；需要代报时，请与综合统计处联系。"),  # wrong department
    "S207": (HARD, "请核对是否选错了文件，或下载所需报告期的报表。"),  # period mismatch
    "S208": (HARD, "请核对是否选错了文件。"),  # other form than asked for
    "S209": (SOFT, "请说明原因；数字以本表为准时，说明“已核对”即可。建议改用系统下载的报表。"),  # recognised by codes
    "S210": (HARD, _TEMPLATE),  # table not found
    "S211": (HARD, "请恢复原来的名称；名称确需修改时，请与综合统计处联系，由报表新版本体现。"),  # locked text changed
    "S212": (HARD, _TEMPLATE),  # a row or column of the form is missing
    "S213": (HARD, "请删去重复的行，只保留一行。"),
    "S214": (SOFT, "表式之外的数字不会被读取。需要保留的，请写在“说明”中，并在此说明。"),
    "S215": (INFO, "隐藏的行列照常读取，请取消隐藏核对一遍。"),
    "S216": (INFO, "请核对各行数字没有错位。"),  # rows or columns moved
    "S217": (SOFT, "请补填，以便核对时联系。"),  # 填表人 etc. blank
    "S218": (INFO, "表式在模板下载后有过调整，已按现行表式核对。"),
    # S hand-made tables, read by a confirmed mapping
    "S219": (INFO, "对照表登记后，同样的手工表都按它读取。"),  # recognised by a mapping
    "S220": (INFO, "请核对各行各列没有错位。"),  # moved, or another known name
    "S221": (INFO, "需要这一列的，请登记新的一版对照表。"),  # a column that the mapping has not
    "S222": (HARD, _MAPPING),  # a table not found, found twice or not known
    "S223": (HARD, _MAPPING),  # a column not found or not unique
    "S224": (HARD, _MAPPING),  # a row label not known or not unique
    "S225": (HARD, "请核对表题和表头里的报告期，改正后重新上传。"),  # period not told, or told twice
    "S226": (SOFT, "本期确实没有这一行的，请说明原因；漏了的，请补上后重新上传。"),  # a row of the mapping is missing
    "S227": (HARD, _MAPPING),  # another unit than confirmed
    "S228": (HARD, "请与综合统计处联系，修改对照表，使一张表只符合一份。"),  # two mappings fit
    "S229": (HARD, "请只留下要报的一张，删去另一张，再重新报送。"),  # two sheets with the same table
    # V value
    "V301": (HARD, "没有发生额请填 0，不适用请填“—”；不要留空。"),
    "V302": (HARD, "请填一个数，单位按表头；文字说明请写在“说明”栏。"),  # text that is no number
    "V303": (HARD, "请改正公式，或直接填入数值。"),  # error cell
    "V304": (HARD, "请在 Excel 或 WPS 中打开，待公式算出结果后保存，再上传；或直接填入数值。"),
    "V305": (HARD, "此格不填，请清空。"),  # closed cell
    "V306": (HARD, _CELL),  # unit
    "V307": (HARD, _CELL),  # code or text field of a record
    "V308": (HARD, _CELL),  # period or date of a record
    "V309": (SOFT, "请核对；无误的，请说明。"),  # read with a doubt
    "V310": (INFO, "如有误，请改正后重新上传。"),  # read with an automatic decision
    "V312": (HARD, "请改写成没有歧义的数后重新上传。"),  # two readings are possible
    "V311": (HARD, "请删去其中一行，或改正指标、地区、报告期。"),  # the same fact twice
    "V313": (INFO, "应当有数的，请补填后重新上传。"),  # blank cells of a hand-made table
    # T target table
    "T701": (HARD, "请用 zhibiao targets template 生成目标表，把目标填入后再导入。"),  # no table found
    "T702": (HARD, "请从“填写说明”中取正确的列名，或删去这一列。"),  # a column nobody knows
    "T703": (HARD, "请补填后重新导入。"),  # required
    "T704": (HARD, "请从下拉列表选择，或填目录中的代码或名称。"),
    "T705": (HARD, "请从下拉列表选择。"),  # none of the words offered
    "T706": (HARD, "请写成 2030-12-31、2030年12月31日 或 2030年。"),
    "T707": (HARD, "请改正后重新导入；每类目标要填什么，见目标表的“填写说明”。"),  # fields that do not go together
    "T708": (HARD, "请删去其中一行；确是两个目标的，请各写一个目标代码。"),
    "T709": (HARD, "请另起一个目标代码，并在“替代目标”栏写明它替代哪一个。"),
    "T710": (HARD, "请补填；旧版本不会被覆盖，生效日之前的看板仍按旧版本判定。"),
    "T711": (HARD, "请填写至少一行目标。"),
    "T712": (INFO, "要与来源文件对应的，请先把文件登记到目录的来源表。"),
    "T713": (INFO, "没有生成新版本。"),
    # T8 list of tasks
    "T801": (HARD, "请用 zhibiao tasks template 生成任务清单，把任务填入后再导入。"),  # no table found
    "T802": (HARD, "请补填或改正后重新导入。"),
    "T803": (HARD, "请填目录中的单位名称、简称或代码；几个单位用顿号隔开。"),
    "T804": (HARD, "请写成 2026-12-31、2026年12月31日、2026年12月底 或 2026年底。"),
    "T805": (HARD, "请填完成的百分比，如 60%；文字写在“进展情况”。"),
    "T806": (HARD, "请删去其中一行，或改正序号。"),
    "T807": (HARD, "请照登记的序号和名称填写；登记的任务见 zhibiao tasks list。"),
    "T808": (HARD, "请照所说的办理后重新导入；清单里别的行也都没有导入。"),  # the machine refused
    "T809": (INFO, "需要保留的，请写进“进展情况”。"),
    "T810": (HARD, "请填写至少一行任务。"),
    "T811": (HARD, "请写明做了什么。"),
    "T812": (HARD, "请填目录中的指标名称或代码；没有好坏方向的指标要写明，如“常住人口（上升）”。"),
}


def finding(code: str, message: str, **where: Any) -> Finding:
    """The finding of this code with its severity and its advice; `where` are further fields of Finding."""
    severity, hint = CODES[code]
    return Finding(code, where.pop("severity", severity), message, hint=where.pop("hint", hint), **where)
