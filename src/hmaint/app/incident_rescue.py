"""Where an incident's words go when the records cannot be opened: beside them, else into the person's own folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hmaint.app.world import World
from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.model.entry import Entry
from hmaint.store.codec import entry_out
from hmaint.store.rescue import Rescue

_TAIL = 8


def rescue(world: World, drafted: Entry, prefix: str) -> tuple[Entry, Path]:
    """Keep an entry in a file, under a number of its own where it begins a matter. Refused where no disk takes it."""
    number = drafted.matter or f"{prefix}-{drafted.recorded_at:%Y%m%d}-{drafted.id[:_TAIL]}"
    numbered = replace(drafted, matter=number)
    for folder in (world.workspace.private, _own()):
        taken = Rescue(folder)
        try:
            taken.keep({"what": "entry", "entry": entry_out(numbered)})
        except OSError:
            continue
        if taken.path is not None:
            return numbered, taken.path
    words = _(
        "nothing on this laptop takes the entry of {number}: write it on paper and enter it later with --at"
    )
    raise Refused(words.format(number=number))


def _own() -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415 - only for the worst day

    return Path(user_state_path("hmaint"))
