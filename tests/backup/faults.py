"""Every fault of a backup that looking must find: how it is made, and which check must tell of it at which level."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "backup-faults.md"
_ABOUT = """\
Each fault is made in a real dump (MariaDB or PostgreSQL; Chinese data, views, routines, triggers, foreign keys; the big
one above 30 MB) and verified: the check named must tell of it, at the level named, and the same backup without the
fault must pass. `skipped` means that looking cannot see it, and that this is said in `not_verified`. Faults of restore
drills (BF32, BF33, BF49 to BF51) and of nights and records (BF52, BF57) are tested with those commands.
"""


@dataclass(frozen=True)
class Fault:
    """A fault, and how it must be told."""

    id: str
    injection: str
    check: str
    level: str


FAULTS = (
    Fault("BF01", "packed file cut at 60 % of its bytes", "container.truncated", "critical"),
    Fault("BF02", "one bit of the packed file flipped in the middle", "container.corrupt", "critical"),
    Fault(
        "BF03",
        "one bit of a data character flipped before packing; hash of the table known",
        "content.differs",
        "critical",
    ),
    Fault("BF03 bare", "the same, no hash known", "content.differs", "skipped"),
    Fault("BF04", "a file of no bytes", "size.floor", "critical"),
    Fault("BF06", "the dump tool killed at 70 %, packed soundly", "structure.incomplete", "critical"),
    Fault("BF08", "the same within the last table", "structure.incomplete", "critical"),
    Fault("BF09", "--ignore-table=exam", "tables.missing", "critical"),
    Fault("BF10", "every second INSERT of the biggest table dropped", "tables.rows", "critical"),
    Fault("BF11", "one row gone, exact number known", "tables.rows", "critical"),
    Fault("BF11 bare", "one row gone, only a floor known", "content.differs", "skipped"),
    Fault("BF13", "file time 9 days ago", "age.expired", "critical"),
    Fault("BF15", "dump of another database", "identity.database", "critical"),
    Fault("BF17", "file of another hospital", "identity.hospital", "critical"),
    Fault("BF18", "--default-character-set=latin1", "charset.garbled", "critical"),
    Fault("BF19", "UTF-8 encoded twice", "charset.garbled", "critical"),
    Fault("BF21", "every Chinese character is a question mark", "charset.garbled", "critical"),
    Fault("BF22", "--skip-triggers, no --routines", "objects.missing", "critical"),
    Fault("BF23", "--no-data", "structure.empty", "critical"),
    Fault("BF24", "stderr of the dump tool in the dump", "structure.error_text", "critical"),
    Fault("BF26", "random bytes, as an unknown key leaves them", "container.key", "unknown"),
    Fault("BF27", "openssl, wrong key", "container.key", "unknown"),
    Fault("BF27 cut", "openssl, right key, damaged inside", "container.corrupt", "critical"),
    Fault("BF29", "2 GiB of zeros packed", "container.bomb", "critical"),
    Fault("BF31", "4 KiB of NUL after the stream", "container.trailing", "warning"),
    Fault("BF34 old", "symbolic link to a file of 9 days ago", "age.expired", "critical"),
    Fault("BF34 zero", "symbolic link to /dev/zero", "found.special", "critical"),
    Fault("BF34 loop", "symbolic links in a circle", "found.link", "critical"),
    Fault("BF35", "not readable for the account", "found.unreadable", "unknown"),
    Fault("BF36", "no copy of tonight elsewhere", "copy.missing", "critical"),
    Fault("BF38", "copy cut short under its final name", "copy.differs", "critical"),
    Fault("BF39", "copy of the right size, blocks missing", "copy.differs", "critical"),
    Fault("BF40", "host of the copy does not answer", "copy.unreachable", "unknown"),
    Fault("BF40 key", "host key of the copy's host changed", "copy.host_key", "critical"),
    Fault("BF41 ahead", "clock of the holder 3 hours ahead", "clock.skew", "warning"),
    Fault(
        "BF41 behind", "clock of the holder 2 days behind, the file from after that", "age.future", "critical"
    ),
    Fault("BF41 2036", "clock of the holder in 2036", "age.undecidable", "critical"),
    Fault("BF43", "binlog 7 of 3 to 9 deleted", "chain.gap", "critical"),
    Fault("BF43 wal", "one WAL segment missing", "chain.gap", "critical"),
    Fault("BF43 anchor", "the log the full backup begins with is gone", "chain.anchor", "critical"),
    Fault("BF45", "the full backup under a differential was pruned", "chain.base", "critical"),
    Fault("BF47", "still being written", "found.writing", "unknown"),
    Fault("BF48", "file system 97 % full", "space.next", "warning"),
    Fault("BF55", "Oracle: archived logs not backed up (recorded answers)", "catalogue.requires", "critical"),
    Fault("BF56", "SQL Server: backup without checksums (recorded answers)", "catalogue.verify", "warning"),
)


def page(seen: dict[str, tuple[str, str]]) -> str:
    """The page: each fault, and what was seen of it."""
    rows = [
        f"| {fault.id} | {fault.injection} | `backup.{seen[fault.id][0]}` | {seen[fault.id][1]} |"
        for fault in FAULTS
    ]
    head = [
        "# Backup faults, and what told of them",
        "",
        "<!-- generated: HMAINT_FAULTS_PAGE=write pytest tests/backup/test_faults.py; do not edit -->",
        "",
        _ABOUT,
    ]
    return "\n".join([*head, "| fault | injection | check | level |", "| --- | --- | --- | --- |", *rows, ""])
