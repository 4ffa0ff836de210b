"""Upkeep done by hand: patches and virus signatures, looks for vulnerabilities, decisions about restarts."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

_CLAUSE = Field("clause", N_("The clause of the contract it is for, such as S3-3.3.2a."))
_OPERATOR = Field("engineer", N_("Who did it; the operator, unless told."))
DECISIONS = {
    "not_needed": N_("no regular restart needed"),
    "needed": N_("regular restarts needed"),
    "restarted": N_("restarted"),
}

PATCH = Ledger(
    "patch",
    "P",
    N_("patch record"),
    (
        Event(
            "patched",
            N_("patched"),
            (
                Field("window", N_("The window it was done in, such as 22:00 至 24:00."), required=True),
                Field("approval", N_("Who approved it, and the application's number."), required=True),
                Field("backup", N_("The backup taken before."), "text", required=True),
                Field("verification", N_("How it was verified afterwards."), "text", required=True),
                Field(
                    "patches",
                    N_(
                        "A patch, as 对象|补丁|更新前版本|更新后版本|完成时间|是否重启|结果; may be repeated."
                    ),
                    "rows",
                    columns=("target", "patch", "before", "after", "at", "restart", "result"),
                    option="patch",
                ),
                Field(
                    "antivirus",
                    N_("An antivirus program, as 对象|软件与版本|病毒库日期|实时防护|说明; may be repeated."),
                    "rows",
                    columns=("target", "product", "signatures", "guard", "note"),
                ),
                Field(
                    "skipped",
                    N_("What was not updated, as 对象|补丁|原因与临时措施|计划完成; may be repeated."),
                    "rows",
                    columns=("target", "patch", "reason", "due"),
                ),
                _OPERATOR,
                _CLAUSE,
            ),
        ),
    ),
)

VULNERABILITY = Ledger(
    "vuln",
    "V",
    N_("vulnerability check"),
    (
        Event(
            "checked",
            N_("checked"),
            (
                Field("scope", N_("What was looked at (检查范围)."), "text", required=True),
                Field("basis", N_("By which tool and list (检查依据与工具)."), required=True),
                Field("mode", N_("How (检查方式), such as 远程、只读."), ask=True),
                Field("run", N_("The run whose findings belong to it, such as one of inspect/security.")),
                Field(
                    "findings",
                    N_(
                        "A vulnerability, as 对象|漏洞与编号|风险等级|修补建议|修补期限|状态; may be repeated."
                    ),
                    "rows",
                    columns=("target", "what", "risk", "advice", "due", "state"),
                    option="finding",
                ),
                Field(
                    "unexamined",
                    N_("What could not be looked at, as 对象|内容|原因; may be repeated."),
                    "rows",
                    columns=("target", "content", "reason"),
                    option="unexamined",
                ),
                Field("conclusion", N_("What it comes to (检查结论)."), "text"),
                _OPERATOR,
                _CLAUSE,
            ),
        ),
        Event(
            "reported",
            N_("reported to the hospital"),
            (Field("reported", N_("Whom it was reported to, and how."), "text", required=True, option="to"),),
        ),
        Event(
            "fixed",
            N_("mended"),
            (
                Field(
                    "fixed",
                    N_("What was mended, as 对象|漏洞与编号|处理结果; may be repeated."),
                    "rows",
                    required=True,
                    columns=("target", "what", "state"),
                    option="finding",
                ),
            ),
        ),
    ),
)

RESTART = Ledger(
    "restart",
    "S",
    N_("decision about a restart"),
    (
        Event(
            "decided",
            N_("decided"),
            (
                Field("target", N_("The service or server."), required=True),
                Field(
                    "decision",
                    N_("not_needed, needed or restarted."),
                    "choice",
                    required=True,
                    choices=DECISIONS,
                ),
                Field("reason", N_("Why, by which figures."), "text", required=True),
                Field("interval", N_("How often, where regular restarts are needed.")),
                Field("window", N_("The window it was done in.")),
                Field("approver", N_("Who approved it.")),
                Field("supervisor", N_("Who of the hospital was present.")),
                Field("started", N_("When the restart began."), "when"),
                Field("ended", N_("When the service was back."), "when"),
                Field(
                    "commands",
                    N_("A command that was run, as 命令|时间|结果; may be repeated."),
                    "rows",
                    columns=("command", "time", "result"),
                    option="command",
                ),
                Field(
                    "figures",
                    N_("A figure, as 指标|之前|之后|变化|说明; may be repeated."),
                    "rows",
                    columns=("item", "before", "after", "change", "note"),
                    option="figure",
                ),
                Field("effect", N_("What it brought."), "text"),
                _OPERATOR,
                _CLAUSE,
            ),
        ),
    ),
)
