"""The table of an answer, of any length: ag-grid with Chinese words, colours from the style sheet."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag

WORDS = {
    "noRowsToShow": "没有可显示的行",
    "contains": "包含",
    "notContains": "不包含",
    "equals": "等于",
    "notEqual": "不等于",
    "startsWith": "开头是",
    "endsWith": "结尾是",
    "blank": "为空",
    "notBlank": "不为空",
    "filterOoo": "筛选…",
    "andCondition": "并且",
    "orCondition": "或者",
    "pinColumn": "固定列",
    "autosizeThisColumn": "调整此列宽",
    "sortAscending": "升序",
    "sortDescending": "降序",
    "sortUnSort": "取消排序",
    "ariaLabelColumnMenu": "列菜单",
}


def bare_grid(name: str, columns: list[dict[str, Any]], rows: list[dict[str, Any]], height: int) -> dag.AgGrid:
    """The grid alone; only the rows in sight are drawn."""
    return dag.AgGrid(
        id=name,
        columnDefs=columns,
        rowData=rows,
        columnSize="responsiveSizeToFit",
        defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": True},
        dashGridOptions={
            "localeText": WORDS,
            "suppressMovableColumns": True,
            "animateRows": False,
            "suppressColumnVirtualisation": True,  # a header that is not drawn can not be read aloud
            "rowHeight": 42,
            "headerHeight": 44,
            "enableCellTextSelection": True,
            "theme": "themeQuartz",
        },
        style={"height": f"{height}px", "width": "100%"},
        className="grid",
    )
