"""A problem the hospital warned of: each warning, what came of verifying it, and what was deducted for it."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

CONSEQUENCES = {
    "none": N_("no consequence"),
    "loss": N_("some loss"),
    "severe": N_("severe consequence"),
    "major": N_("major loss"),
}
OUTCOMES = {"true": N_("found to be true"), "refuted": N_("found to be untrue")}

WARNING = Ledger(
    "warning",
    "W",
    N_("problem warned of"),
    (
        Event(
            "warned",
            N_("warned"),
            (
                Field("issue", N_("The problem, as the hospital told it."), "text", required=True),
                Field(
                    "problem_class",
                    N_("Its class by the contract, such as ordinary, urgent, major or disaster."),
                    required=True,
                    option="class",
                ),
                Field("about", N_("The number of the record it follows, such as I-20261125-001.")),
            ),
        ),
        Event(
            "repeated",
            N_("warned again"),
            (Field("repeated", N_("What was the same again."), "text", required=True, option="what"),),
        ),
        Event(
            "verified",
            N_("verified"),
            (
                Field(
                    "outcome",
                    N_("true or refuted."),
                    "choice",
                    required=True,
                    choices=OUTCOMES,
                    option="outcome",
                ),
                Field(
                    "consequence",
                    N_("What it led to: none, loss, severe or major."),
                    "choice",
                    choices=CONSEQUENCES,
                    ask=True,
                ),
                Field("verified_by", N_("Who verified it, of both sides."), required=True, option="by"),
            ),
        ),
        Event(
            "deducted",
            N_("deducted"),
            (
                Field("rule", N_("The clause it was deducted by, such as D4-1."), required=True),
                Field("amount", N_("How much, in yuan."), "number", required=True),
                Field("agreed", N_("Who agreed on it, of both sides."), required=True, option="agreed-by"),
            ),
        ),
    ),
)
