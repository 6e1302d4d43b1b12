"""What the audit's codes are called: acts, results, and the details that stand with them.

The chain keeps codes, which never change; here they get their words. Who may read the chain and how it is searched is
known by the page 审计.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.tasks.task import Act

KINDS = {
    "account": "账户", "audit": "审计", "backup": "备份",
    "command": "命令", "folder": "数据文件夹", "generation": "代",
    "mapping": "对照表", "page": "页面", "period": "报告期",
    "programme": "督查方案", "query": "查询", "reminder": "催报",
    "request": "网页请求", "session": "登录", "submission": "报送",
    "targets": "目标", "task": "督查任务", "token": "令牌",
    "warehouse": "数据仓库", "web": "网页操作", "workbook": "原件",
}  # fmt: skip
ACTS = {
    "account.added": "新建账户", "account.closed": "停用账户",
    "account.opened": "启用账户", "account.password": "改口令",
    "account.subject": "改统一身份标识", "audit.archived": "审计记录封存", "backup.created": "做备份",
    "backup.restored": "从备份恢复", "folder.migrated": "业务库升级", "generation.abandoned": "放弃一代",
    "generation.moved": "搬迁一代", "generation.published": "发布一代", "generation.removed": "删去过期的一代",
    "mapping.confirmed": "登记对照表", "mapping.proposed": "提出对照表",
    "page.exported": "导出页面上的图表", "period.locked": "锁定报告期",
    "period.opened": "重新开放报告期", "programme.registered": "登记督查方案", "query.downloaded": "下载查询结果",
    "query.removed": "删去保存的查询", "query.run": "运行查询",
    "query.saved": "保存查询", "reminder.sent": "标记催报已发出",
    "request.refused": "网页请求被拒绝", "session.closed": "退出", "session.opened": "登录",
    "session.others_closed": "结束其余登录", "session.refused": "登录失败", "submission.approved": "报送审核通过",
    "submission.checked": "报送校验", "submission.explained": "写说明", "submission.parsed": "读取报送",
    "submission.published": "报送发布", "submission.received": "收到报送", "submission.refused": "报送没有受理",
    "submission.returned": "报送退回", "submission.submitted": "报送提交", "submission.superseded": "报送被取代",
    "submission.withdrawn": "报送撤回",
    "targets.imported": "装入目标", "targets.refused": "目标没有装入", "task.registered": "登记督查任务",
    "token.issued": "发令牌", "token.revoked": "作废令牌", "warehouse.maintained": "数据仓库整理",
    "workbook.taken": "下载原件",
    **{f"task.{act.value}": f"督查·{act.label}" for act in Act},
}  # fmt: skip
RESULTS = {"ok": "做成", "refused": "被拒绝", "failed": "没做成", "blocked": "有发现挡住"}
_DETAILS = {
    "arguments": "参数", "as_of": "截至", "binding": "发现",
    "catalogue": "目录", "codes": "编号", "content_of": "内容同",
    "count": "数量", "department": "单位", "due_on": "期限", "evidence": "佐证", "file": "文件", "findings": "发现",
    "form": "报表", "format": "格式", "generation": "代", "generations": "代", "issuer": "发文单位", "lead": "牵头",
    "links": "挂钩指标", "method": "方式", "needs": "需要", "next_step": "下一步", "node": "节点", "nodes": "节点",
    "note": "说明", "number": "文号", "origin": "来历", "period": "报告期", "problem": "问题", "progress": "进度",
    "quantity": "数量", "reason": "原因", "responsible": "责任单位", "role": "角色", "rows": "行数",
    "seconds": "秒", "sha256": "摘要", "steps": "步骤", "subject": "统一身份标识", "submissions": "报送",
    "tasks": "任务", "text": "文字", "title": "标题", "to": "发给",
    "truncated": "截断", "why": "原因", "year": "年度",
}  # fmt: skip
_VALUES = {"password": "口令", "oidc": "统一身份认证", "True": "是", "False": "否"}
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_LONGEST = 400


def act(code: str) -> str:
    """What an act is called; one without a word of its own by its kind."""
    kind = code.partition(".")[0]
    return ACTS.get(code) or KINDS.get(kind, kind)


def details(said: Mapping[str, Any]) -> str:
    """What stands with a record, as one line; hashes are cut to what people compare."""
    parts = [f"{_DETAILS.get(key, key)}：{_value(key, value)}" for key, value in said.items() if value not in _NOTHING]
    return "；".join(parts)[:_LONGEST]


def _value(key: str, value: Any) -> str:
    if isinstance(value, list):
        listed = [_value(key, one) for one in value]
        return "、".join(listed[:12]) + (f" 等 {len(listed)} 项" if len(listed) > 12 else "")
    text = _VALUES.get(str(value), str(value))
    return f"{text[:12]}…" if key in ("sha256", "binding") and len(text) > 12 else text
