"""The words of incidents in the language in force, and what people may type for them."""

from __future__ import annotations

from datetime import timedelta

from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import N_, _
from hmaint.model.incident_words import TABLES

_WORDS = {
    "opened": N_("reported"), "responded": N_("responded"), "remote_failed": N_("remote help failed"),
    "arrived": N_("arrived on site"), "fallback": N_("workaround in place"), "restored": N_("service back"),
    "resolved": N_("solved"),
    "reopened": N_("opened anew"), "feedback": N_("reporter told"), "closed": N_("closed"), "noted": N_("note"),
    "classified": N_("classified"), "waiting": N_("waiting begins"), "resumed": N_("waiting ends"),
    "linked": N_("linked"), "analysed": N_("analysed"), "diagnosed": N_("diagnosed"), "reminded": N_("reminded"),
    "withdrawn": N_("withdrawn"), "open": N_("waiting for a response"), "onsite": N_("arrived on site"),
    "running": N_("clock running"), "met": N_("in time"), "missed": N_("too late"),
    "not_applicable": N_("not applicable"),
    "late": N_("entered late"), "before_report": N_("before the report"), "out_of_order": N_("out of order"),
    "corrects": N_("a correction"), "superseded": N_("holds no more"),
}  # fmt: skip
_CLOCKS = {
    "response": N_("response"), "onsite": N_("presence"), "restore": N_("restore"), "resolve": N_("resolve"),
    "fix": N_("fix"), "report": N_("report"),
}  # fmt: skip


def word(name: str) -> str:
    """How an event, a state or a verdict is called."""
    return _(_WORDS[name]) if name in _WORDS else name


def clock_word(name: str) -> str:
    """How a clock is called."""
    return _(_CLOCKS[name]) if name in _CLOCKS else name


def read_word(field: str, text: str, more: tuple[str, ...] = ()) -> str:
    """Read a word as it is typed, in English or Chinese; `more` are the contract's own. WrongUsage otherwise."""
    table = TABLES[field]
    said = text.strip()
    by_label = {label: name for name, label in table.items()}
    found = said if said in table or said in more else by_label.get(said) or _begun(said, by_label)
    if found:
        return found
    known = ", ".join(f"{name} ({label})" for name, label in table.items())
    words = _("{text} is none of these: {known}")
    raise WrongUsage(words.format(text=text, known=known) + did_you_mean(said, list(table)))


def _begun(said: str, by_label: dict[str, str]) -> str:
    """A label named by a part of it that no other has: 服务器 for 服务器故障."""
    near = [name for label, name in by_label.items() if said and said in label]
    return near[0] if len(near) == 1 else ""


def span(time: timedelta) -> str:
    """A length of time, in minutes up to two hours and in days and hours beyond."""
    minutes = int(abs(time).total_seconds() // 60)
    sign = "-" if time < timedelta(0) else ""
    if minutes < 120:  # noqa: PLR2004 - two hours
        return sign + _("{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:  # noqa: PLR2004 - two days
        return sign + _("{h} h {m} min").format(h=hours, m=rest)
    return sign + _("{d} d {h} h").format(d=hours // 24, h=hours % 24)
