"""A person who works for the hospital, and the pledge of secrecy they signed (个人保密承诺书)."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

PLEDGE = Ledger(
    "pledge",
    "N",
    N_("pledge of secrecy"),
    (
        Event(
            "registered",
            N_("registered"),
            (
                Field(
                    "person", N_("Who works for the hospital, as HMAINT_OPERATOR names them."), required=True
                ),
                Field("role", N_("What they do (岗位与职责)."), required=True),
                Field(
                    "from_date",
                    N_("Since when, or from when (上岗日期)."),
                    "day",
                    required=True,
                    option="from_date",
                ),
                Field(
                    "identity",
                    N_("The number of the identity card; only its first and last four digits are kept."),
                    option="id_number",
                ),
                Field(
                    "scope",
                    N_("What is kept secret, as 信息类别|包括; the usual four, unless told."),
                    "rows",
                    columns=("kind", "covers"),
                ),
            ),
        ),
        Event(
            "signed",
            N_("signed"),
            (Field("signed_by", N_("Who at the hospital took it."), option="taken_by"),),
            bare=True,
        ),
        Event(
            "left",
            N_("left"),
            (Field("left_because", N_("Why they work here no more."), "text", option="reason"),),
            bare=True,
        ),
    ),
)
