"""A training: planned, invited to, attended, material handed over, effect checked (附件2 签到表, 培训记录)."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

PERSON = ("name", "staff_number", "department")
_PEOPLE = N_("A person, as 姓名|工号|科室; may be repeated.")

TRAINING = Ledger(
    "training",
    "T",
    N_("training"),
    (
        Event(
            "planned",
            N_("planned"),
            (
                Field("topic", N_("What is taught (培训内容)."), required=True),
                Field(
                    "date", N_("The day of the training (培训日期); it may lie ahead."), "day", required=True
                ),
                Field("trainer", N_("Who teaches (培训讲师)."), required=True),
                Field("audience", N_("Whom it is for (培训对象)."), required=True),
                Field("time", N_("From when to when, such as 09:00—11:30."), ask=True),
                Field("place", N_("Where (培训地点)."), ask=True),
                Field("mode", N_("How (培训方式), such as 现场授课."), ask=True),
                Field("reason", N_("Why it is held (培训原因)."), "text"),
                Field("goal", N_("What people can do afterwards (培训目标)."), "text"),
                Field(
                    "items",
                    N_("An item of the programme, as 项目|时长|讲师; may be repeated."),
                    "rows",
                    columns=("item", "length", "trainer"),
                    option="item",
                ),
                Field("clause", N_("The clause of the contract it is for, such as S4-6.")),
            ),
        ),
        Event(
            "invited", N_("invited"), (Field("invited", _PEOPLE, "rows", columns=PERSON, option="person"),)
        ),
        Event(
            "attended",
            N_("attended"),
            (
                Field("attended", _PEOPLE, "rows", columns=PERSON, option="person"),
                Field(
                    "absent",
                    N_("Somebody invited who did not come, as 姓名|原因; may be repeated."),
                    "rows",
                    columns=("name", "reason"),
                    option="absent",
                ),
            ),
        ),
        Event(
            "handed_over",
            N_("material handed over"),
            (
                Field(
                    "material",
                    N_("Material, as 名称|版本|交医院存档日期; may be repeated."),
                    "rows",
                    required=True,
                    columns=("name", "version", "handed_over"),
                ),
            ),
        ),
        Event(
            "checked",
            N_("effect checked"),
            (
                Field(
                    "effect",
                    N_("How the effect was checked, as 检验方式|人数|结果|补训安排; may be repeated."),
                    "rows",
                    columns=("way", "people", "outcome", "again"),
                ),
                Field("assessment", N_("What the training brought (效果评价)."), "text", ask=True),
                Field("feedback", N_("What people said (意见与建议)."), "text", ask=True),
            ),
        ),
    ),
)
