"""Duties met by hand, counters of quotas, and times a system was down that no run saw."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

_CLAUSE = Field("clause", N_("The clause of the contract."), required=True)

PERFORMED = Ledger(
    "performed",
    "O",
    N_("duty met by hand"),
    (
        Event(
            "performed",
            N_("performed"),
            (
                _CLAUSE,
                Field("what", N_("What was done."), "text", required=True),
                Field("submitted", N_("The day it was handed in, where it was."), "day"),
                Field("signed", N_("The day it was signed, where it was."), "day"),
                Field("period", N_("The period it makes up for, such as 2026-03, where that is over.")),
                Field("about", N_("The number of the record it follows, such as I-20261125-001.")),
                Field("engineer", N_("Who did it; the operator, unless told.")),
            ),
        ),
    ),
)

COUNT = Ledger(
    "count",
    "Q",
    N_("count of a quota"),
    (
        Event(
            "counted",
            N_("counted"),
            (
                _CLAUSE,
                Field(
                    "quantity",
                    N_("How many were added, such as 12 videos."),
                    "number",
                    required=True,
                    option="add",
                ),
                Field("what", N_("Which."), "text"),
            ),
        ),
    ),
)

DOWNTIME = Ledger(
    "downtime",
    "X",
    N_("time a system was down"),
    (
        Event(
            "down",
            N_("down"),
            (
                Field("until", N_("When it was up again, with its time."), "moment", required=True),
                Field("planned", N_("Whether it was a window agreed on beforehand."), "flag", required=True),
                Field("reason", N_("Why it was down."), "text", required=True),
                Field("scope", N_("What was down; all of it, unless told.")),
                Field("approval", N_("Who at the hospital agreed to a planned one.")),
            ),
        ),
    ),
)
