"""The few words that stand in every table: levels, states, kinds of target."""

from __future__ import annotations

from hmaint.kit.i18n import _

STYLES = {"ok": "green", "warning": "yellow", "critical": "bold red", "unknown": "magenta", "skipped": "dim"}


def level_word(level: str) -> str:
    """How a level is called."""
    return {
        "ok": _("ok"),
        "warning": _("warning"),
        "critical": _("critical"),
        "unknown": _("not examined"),
        "skipped": _("not applicable"),
    }[level]


RISKS = {"critical": "high", "warning": "medium"}
"""The risk a level proposes; people may call it lower. What could not be examined has none yet."""


def risk_word(level: str) -> str:
    """How the risk that a level proposes is called."""
    return {"high": _("high"), "medium": _("medium")}.get(RISKS.get(level, ""), "")


def state_word(state: str) -> str:
    """How the state of a finding or a run is called."""
    return {
        "new": _("new"),
        "open": _("open"),
        "recurring": _("recurring"),
        "resolved": _("resolved"),
        "closed": _("closed"),
        "running": _("running"),
        "finished": _("finished"),
        "interrupted": _("interrupted"),
    }.get(state, state)


def kind_word(kind: str) -> str:
    """How a kind of target is called."""
    words = {"host": _("host"), "database": _("database"), "endpoint": _("endpoint"), "device": _("device")}
    return words.get(kind, kind)


def count_line(counts: dict[str, int]) -> str:
    """The one line that sums a run up."""
    return _(
        "{total} checks: {ok} ok, {bad} abnormal ({critical} critical, {warning} warning), "
        "{unknown} not examined, {skipped} not applicable"
    ).format(total=sum(counts.values()), bad=counts["critical"] + counts["warning"], **counts)


def field_word(name: str) -> str:
    """How a field of what people put on record is called."""
    from hmaint.model.ledgers.labels import LABELS

    return _(LABELS.get(name, name))
