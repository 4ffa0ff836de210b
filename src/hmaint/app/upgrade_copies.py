"""The copies of a run's journal that lie on the hosts, held against the one of this laptop."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.app.upgrade_desk import Desk
from hmaint.engine.journal import read_journal
from hmaint.errors import BadFile, CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file
from hmaint.transport.station import Station

_TAKEN = b',"act":"takeover","outcome":"done",'
"""What a journal's line says where another laptop has taken a run over."""


def refuse_overtaken(desk: Desk, stations: Mapping[str, Station]) -> None:
    """Refused where another laptop took the run over: its journal, as the hosts have it, stands here too then."""
    mine = desk.journal.read_bytes()
    theirs = [whole for whole in _copies(stations) if not mine.startswith(whole) and _sound(desk, whole)]
    theirs = [whole for whole in theirs if whole.count(_TAKEN) > mine.count(_TAKEN)]
    if not theirs:
        return
    replace_file(desk.folder / "journal.before.jsonl", mine)
    replace_file(desk.journal, max(theirs, key=len))
    words = _("another laptop has taken run {run} over, it stands at: {state}; nothing was done from here")
    raise Refused(words.format(run=desk.run, state=desk.state().state))


def _copies(stations: Mapping[str, Station]) -> list[bytes]:
    """Every copy of the journal that lies on a host, up to its last whole line."""
    try:
        found = [copy for station in stations.values() for copy in station.copies()]
    except CouldNotLook as failure:
        raise Refused(failure.reason) from None
    return [copy[: copy.rfind(b"\n") + 1] for copy in found]


def fetch(desk: Desk, stations: Mapping[str, Station]) -> None:
    """Put the longest whole copy of the journal in place of what this laptop has."""
    best = b""
    for whole in _copies(stations):
        if len(whole) > len(best) and _sound(desk, whole):
            best = whole
    mine = desk.journal.read_bytes() if desk.journal.exists() else b""
    if len(best) > len(mine):
        replace_file(desk.journal, best)
    elif not mine:
        raise Refused(_("no host has a copy of the journal of {run}").format(run=desk.run))


def _sound(desk: Desk, copy: bytes) -> bool:
    place = desk.folder / "journal.copy"
    try:
        replace_file(place, copy)
        return bool(read_journal(place).lines)
    except BadFile:
        return False
    finally:
        place.unlink(missing_ok=True)
