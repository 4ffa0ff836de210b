"""What came of a script on a host: judged by how it ended and what its probe says."""

from __future__ import annotations

from hmaint.app.upgrade_hand import Came, done, failed, never, said, tail, unknown
from hmaint.kit.i18n import _
from hmaint.model.upgrade_act import Act
from hmaint.transport.orders import Known, Told

_TIMED_OUT = 124
"""What `timeout` says of a command it ended."""


def judged(act: Act, known: Known, told: Told) -> Came:
    """Tell by how it ended and by its probe what came of it."""
    facts = facts_of(known)
    if not known.over:
        return unknown(
            _("it still runs on the host after {n:g} s; resume waits for it").format(n=act.timeout)
        )
    if known.state in {"barred", "none"}:
        return never("do")
    if known.state == "ended" and known.code != 0:
        return failed("do", ended_words(act, known), facts)
    if told.code == 0 or (act.probe is None and known.state == "ended"):
        return done(how="ran" if known.state == "ended" else "probed", **facts)
    return failed("do", ": ".join(filter(None, (_missing(known, told), said(told.out)))), facts)


def unbegun_words() -> str:
    """Why a script the host had never ran."""
    return _("it could not be begun on the host (disk full?)")


def _missing(known: Known, told: Told) -> str:
    if known.state == "gone":
        return _("it was cut off on the host (killed, or the host went down), and its effect is not there")
    if told.code == 1:
        return _("it ended well, but its effect is not there")
    return _("it ended well, but whether its effect is there could not be told")


def ended_words(act: Act, known: Known) -> str:
    """How a script ended that did not end well."""
    if known.code == _TIMED_OUT:
        return _("it took longer than {n:g} s and was ended").format(n=act.timeout)
    words = _("exit status {code}").format(code=known.code)
    return f"{words}: {line}" if (line := said(known.out)) else words


def facts_of(known: Known) -> dict[str, object]:
    """What the journal keeps of it."""
    return {"code": known.code, "out": tail(known.out), "started": known.started, "ended": known.ended}
