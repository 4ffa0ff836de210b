"""What the last good looks at a backup told, from the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hmaint.app.backup_words import GOOD, TABLES
from hmaint.app.world import World
from hmaint.backup.case import Past
from hmaint.model.inventory import Backup
from hmaint.store.kept import Earlier

_LAST = 7
"""Good ones whose sizes count: a week of nights."""


def pasts_of(world: World, site: str, backups: Iterable[Backup]) -> Iterator[tuple[Backup, Past]]:
    """The past of each backup of a site; all empty for one never looked at."""
    wanted = list(backups)
    known = world.records.previous(site, {backup.name: [TABLES] for backup in wanted}) if wanted else {}
    for backup in wanted:
        yield backup, _past(world, backup, known.get(backup.name, {}).get(TABLES))


def _past(world: World, backup: Backup, earlier: Earlier | None) -> Past:
    series = world.records.series(backup.site, ("backup.good_bytes",), target=backup.name)
    sizes = tuple(reading.value for each in series for reading in each.readings)[-_LAST:]
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
