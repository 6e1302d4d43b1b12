"""docs/reference/dictionary.md, written from the comments of tables and columns: `python -m warehouse.dictionary`."""

from __future__ import annotations

import sys

from warehouse import schema
from warehouse.views import VIEWS

_HEAD = """# 数据字典

本页由 `python -m warehouse.dictionary` 从数据仓库的结构生成，请勿手改。
每一代数据里都有这些表和视图；表和列的说明在库里也查得到（`COMMENT`）。
`growth` 行多，在单个文件里是视图，由 `coded` 中的编码和数值合成；查法与表相同，不必直接查 `coded`。

时间列都是 UTC；`zhibiao trace`、`zhibiao history` 和网页显示北京时间。
数值列都是 DECIMAL，求和不丢精度；空是缺，不是零。

某日所知：`zhibiao sql --as-of 2021-08-10 "…"`，
或自己写 `recorded_at <= d AND (superseded_at IS NULL OR superseded_at > d)`。

## 中文视图

| 视图 | 内容 |
|---|---|
"""


def dictionary() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    parts += [f"| `{name}` | {about} |\n" for name, (about, _) in VIEWS.items()]
    for table in schema.metadata.tables.values():
        parts.append(f"\n## {table.name}\n\n{table.comment}。\n\n| 列 | 类型 | 说明 |\n|---|---|---|\n")
        parts += [f"| `{column.name}` | {column.type} | {column.comment} |\n" for column in table.columns]
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(dictionary())
