"""A BUG or a requirement on its way from the one who asks for it to its debugging on site (附件3 客户化维护报告)."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

KINDS = {"1": N_("BUG"), "2": N_("recurring BUG"), "3": N_("new function"), "4": N_("special requirement")}
"""The codes of annex 3 (附件3 问题类型)."""
_GRADE = Field("grade", N_("The grade by the contract, such as bug_urgent or req_simple."))

CHANGE = Ledger(
    "change",
    "C",
    N_("change request"),
    (
        Event(
            "asked",
            N_("asked for"),
            (
                Field(
                    "kind",
                    N_("1 BUG, 2 recurring BUG, 3 new function, 4 special requirement (问题类型)."),
                    "choice",
                    required=True,
                    choices=KINDS,
                ),
                Field("requester", N_("Department and person who ask (提出科室/人员)."), required=True),
                Field("module", N_("The module it is about (模块名称)."), required=True),
                Field(
                    "details",
                    N_("What is wanted or wrong, in their words (详细需求)."),
                    "text",
                    required=True,
                ),
                Field("description", N_("The same in full (需求描述)."), "text", ask=True),
                Field("wanted_by", N_("By when they want it (时间要求).")),
                Field("engineer", N_("Who looks after it (维护工程师); the operator, unless told.")),
                Field("repeats", N_("The number of the earlier change that came back.")),
                _GRADE,
                Field("quota", N_("The clause of the quota it uses up, such as S1-1.3b.")),
                Field("quantity", N_("How much of that quota, such as one report."), "number"),
                Field("clause", N_("The clause of the contract it is for, such as S4-2.4b.")),
            ),
        ),
        Event("accepted", N_("accepted"), (_GRADE, Field("by", N_("Who did it."))), bare=True),
        Event(
            "started",
            N_("work begun"),
            (Field("workaround", N_("How they can work until it is mended (临时方案)."), "text", ask=True),),
            bare=True,
        ),
        Event(
            "assessed",
            N_("assessed"),
            (
                _GRADE,
                Field("analysis", N_("What was found (需求分析)."), "text", required=True),
                Field("effort", N_("Person-days it will take, such as 2.5."), "number", required=True),
                Field("solution", N_("How it will be changed (需求修改方案)."), "text", ask=True),
            ),
        ),
        Event(
            "planned",
            N_("plan or patch handed in"),
            (Field("plan", N_("The plan to mend it, or the patch."), "text", required=True),),
        ),
        Event(
            "confirmed",
            N_("confirmed by the hospital"),
            (
                Field(
                    "confirmed_by",
                    N_("Who confirmed at the hospital; an e-mail says it itself."),
                    required=True,
                    option="by",
                    from_mail=True,
                ),
                Field("due", N_("The day agreed on, where the contract leaves it to both."), "when"),
                Field("fee", N_("What was agreed on beyond the free quota."), "text"),
            ),
        ),
        Event(
            "promised",
            N_("promised"),
            (
                Field(
                    "promised",
                    N_("The day by which it will be delivered and debugged on site (承诺提交日期)."),
                    "day",
                    required=True,
                    option="day",
                ),
            ),
        ),
        Event(
            "delivered",
            N_("delivered"),
            (
                Field("result", N_("What was done (结果)."), "text", required=True),
                Field("version", N_("The version that brings it."), ask=True, option="in_version"),
                Field("spent", N_("Person-days it took, such as 2.5."), "number", ask=True),
            ),
        ),
        Event(
            "debugged",
            N_("debugged on site"),
            (Field("debugged", N_("What was seen on site."), "text", ask=True, option="text"),),
            bare=True,
        ),
        Event(
            "closed",
            N_("closed"),
            (
                Field(
                    "closed_because",
                    N_("Why it rests: declined, or agreed with the hospital."),
                    "text",
                    required=True,
                    option="reason",
                ),
            ),
        ),
    ),
    starts=True,
)
