"""The words of incidents in the language in force, and what people may type for them."""

from __future__ import annotations

from collections.abc import Mapping
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
    "withdrawn": N_("withdrawn"), "open": N_("unanswered"), "onsite": N_("arrived on site"),
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
    found = said if said in table else _labelled(said, table) or (said if said in more else "")
    if found:
        return found
    known = ", ".join(f"{name} ({label})" for name, label in table.items())
    words = _("{text} is none of these: {known}")
    raise WrongUsage(words.format(text=text, known=known) + did_you_mean(said, list(table)))


def _labelled(said: str, table: Mapping[str, str]) -> str:
    """The word whose label it is, or the only one whose label says the same in more or fewer characters."""
    labels = {name: label.removeprefix("影响") for name, label in table.items()}
    exact = [name for name, label in table.items() if said in (label, labels[name])]
    near = [
        n for n, label in labels.items() if n != "none" and (_within(said, label) or _within(label, said))
    ]
    found = exact or near
    return found[0] if said and len(found) == 1 else ""


def _within(short: str, long: str) -> bool:
    """Whether the characters of one stand in the other, in order: 诊疗流程 in 诊疗业务流程."""
    rest = iter(long)
    return len(short) > 1 and all(char in rest for char in short)


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
