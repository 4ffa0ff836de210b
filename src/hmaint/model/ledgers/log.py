"""A visit told by hand: what joins the inspections on the running table (附件1 维护项目运行表)."""

from __future__ import annotations

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Event, Field, Ledger

MODES = {"onsite": N_("on site"), "remote": N_("remote")}

LOG = Ledger(
    "log",
    "L",
    N_("row of the running table"),
    (
        Event(
            "visited",
            N_("visited"),
            (
                Field("servers", N_("What was seen of the servers (服务器运行情况)."), "text", ask=True),
                Field("system", N_("What was seen of the system (系统运行情况)."), "text", ask=True),
                Field("remark", N_("What else is worth keeping (备注)."), "text", ask=True),
                Field("engineer", N_("Who was there; the operator, unless told.")),
                Field("mode", N_("onsite or remote."), "choice", choices=MODES),
                Field("clause", N_("The clause of the contract it is for, such as S4-3.4."), option="clause"),
            ),
        ),
    ),
)
