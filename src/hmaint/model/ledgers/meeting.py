"""A meeting with the hospital (例会, 服务回顾会议): who met, what was decided, and what became of it."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

KINDS = {"routine": N_("routine meeting"), "review": N_("service review")}

MEETING = Ledger(
    "meeting",
    "M",
    N_("meeting"),
    (
        Event(
            "met",
            N_("meeting held"),
            (
                Field("name", N_("What the meeting is called."), required=True),
                Field(
                    "sort",
                    N_("routine (例会) or review (服务回顾会议)."),
                    "choice",
                    choices=KINDS,
                    option="kind",
                ),
                Field("time", N_("From when to when, such as 14:00—15:10."), ask=True),
                Field("place", N_("Where."), ask=True),
                Field("chair", N_("Who chaired."), ask=True),
                Field("writer", N_("Who wrote the minutes; the operator, unless told.")),
                Field("hospital_people", N_("Who came from the hospital."), required=True),
                Field("vendor_people", N_("Who came from our side."), required=True),
                Field(
                    "topics",
                    N_("A topic, as 议题|讨论情况|结论; may be repeated."),
                    "rows",
                    columns=("topic", "discussion", "conclusion"),
                    option="topic",
                ),
                Field(
                    "decisions",
                    N_("A decision, as 决议事项|负责单位|负责人|完成时限; may be repeated."),
                    "rows",
                    columns=("decision", "party", "owner", "due"),
                    option="decision",
                ),
                Field("opinion", N_("What the hospital says of it (医院意见)."), "text"),
                Field("next_meeting", N_("When the next one is.")),
                Field("clause", N_("The clause of the contract it is for, such as S3-3.4.2.")),
            ),
        ),
        Event(
            "followed",
            N_("decision followed up"),
            (
                Field(
                    "followed",
                    N_("What became of a decision, as 序号|落实情况; may be repeated."),
                    "rows",
                    required=True,
                    columns=("number", "state"),
                    option="decision",
                ),
            ),
        ),
    ),
)
