"""An emergency drill (应急演练): scenario, people, what happened when, results beside targets, what to improve."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

DRILL = Ledger(
    "drill",
    "D",
    N_("emergency drill"),
    (
        Event(
            "drilled",
            N_("drilled"),
            (
                Field("name", N_("What the drill is called."), required=True),
                Field(
                    "scenario",
                    N_("The scenario, such as 设备损坏：数据库主服务器停机."),
                    "text",
                    required=True,
                ),
                Field("plan", N_("The plan it rests on (依据预案), by title or number."), required=True),
                Field("mode", N_("How, such as 桌面推演 or 实战（隔离环境）."), required=True),
                Field("ended", N_("When it ended."), "when", required=True),
                Field("leader", N_("Who led it."), required=True),
                Field("recorder", N_("Who wrote it down; the operator, unless told.")),
                Field("place", N_("Where."), ask=True),
                Field("purpose", N_("What it was to show."), "text", required=True),
                Field("safety", N_("How harm was kept from the production system."), "text", required=True),
                Field("scope", N_("What took part, and what did not."), "text", required=True),
                Field(
                    "participants",
                    N_("Somebody who took part, as 姓名|单位与科室|职责; may be repeated."),
                    "rows",
                    columns=("name", "unit", "duty"),
                    option="participant",
                ),
                Field(
                    "timeline",
                    N_("A step, as 时间|步骤|执行人|实际情况; may be repeated."),
                    "rows",
                    columns=("at", "what", "by", "outcome"),
                    option="step",
                ),
                Field(
                    "results",
                    N_("A result beside its target, as 指标|目标|实际|是否达到; may be repeated."),
                    "rows",
                    columns=("item", "target", "actual", "met"),
                    option="result",
                ),
                Field(
                    "problems",
                    N_("A problem, as 问题|改进措施|责任人|完成期限; may be repeated."),
                    "rows",
                    columns=("problem", "improvement", "owner", "due"),
                    option="problem",
                ),
                Field("conclusion", N_("What it comes to (演练结论)."), "text"),
                Field("clause", N_("The clause of the contract it is for, such as S2-1.6b.")),
            ),
        ),
    ),
)
