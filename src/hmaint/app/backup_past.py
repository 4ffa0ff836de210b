"""What the last good looks at a backup told, from the records."""

from __future__ import annotations

from hmaint.app.backup_words import GOOD, TABLES
from hmaint.app.world import World
from hmaint.backup.case import Past
from hmaint.model.inventory import Backup

_LAST = 7
"""Good ones whose sizes count: a week of nights."""


def past_of(world: World, backup: Backup) -> Past:
    """The past of one backup; all empty for one never looked at."""
    series = world.records.series(backup.site, ("backup.good_bytes",), target=backup.name)
    sizes = tuple(reading.value for each in series for reading in each.readings)[-_LAST:]
    earlier = world.records.previous(backup.site, {backup.name: [TABLES]}).get(backup.name, {}).get(TABLES)
    if earlier is None:
        return Past(sizes)
    if not any(row["table"] == GOOD and row.get("rows") for row in earlier.rows):
        return Past(sizes)  # a first look that was bad is kept, and is nothing to be compared with
    rows = [(str(row["table"]), row.get("rows"), str(row.get("sha256") or "")) for row in earlier.rows]
    return Past(
        sizes,
        {name: n for name, n, _ in rows if isinstance(n, int) and n >= 0 and not name.startswith("#")},
        {name[1:]: n for name, n, _ in rows if isinstance(n, int) and name.startswith("#")},
        {name: value for name, _, value in rows if value},
        next((n for name, n, _ in rows if name == "#letters" and isinstance(n, int)), 0),
        earlier.time,
    )
