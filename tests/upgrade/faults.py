"""Every fault of an upgrade: how it is injected, and how the run and the machines must end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "upgrade-faults.md"
_ABOUT = """\
Each fault is injected into an upgrade of real machines (OpenSSH servers with files, processes and a boot of their own;
MariaDB, PostgreSQL) and ends as the table says; without it the same upgrade runs through. "new" and "old" are
byte for byte: every file, link and mode of the application. Every act leaves a line in a ledger on its machine, and no
line ever stands there twice. Exit statuses: 0 done, 1 failed and put back, 2 a person is needed, 77 refused before
anything was touched, 78 a file is wrong.
"""


@dataclass(frozen=True)
class Fault:
    """A fault, and how it must end: the run's state (`-`: no run), the exit status, what stands on the machines."""

    id: str
    injection: str
    state: str
    code: int
    machines: str


CRASHES = (
    Fault("UF01", "SIGKILL between an outcome and the next intent; then resume", "done", 0, "new"),
    Fault(
        "UF01 end",
        "SIGKILL after the last line, the hosts not yet given back; then the next",
        "done",
        0,
        "new",
    ),
    Fault("UF02", "SIGKILL after an intent, before the act began; then resume", "done", 0, "new"),
    Fault("UF03", "SIGKILL while an act runs on the host; then resume", "done", 0, "new"),
    Fault("UF03 rollback", "the same; then rollback", "rolled_back", 1, "old"),
    Fault("UF05", "the journal's last line torn by a power loss; then resume", "done", 0, "new"),
    Fault("UF36 once", "Ctrl-C while an act runs; then resume", "done", 0, "new"),
    Fault("UF36 twice", "Ctrl-C twice: watching stops, the act goes on; then resume", "done", 0, "new"),
    Fault("UF36 SIGTERM", "SIGTERM while an act runs; then resume", "done", 0, "new"),
    Fault("UF36 SIGHUP", "the terminal is closed while an act runs; then resume", "done", 0, "new"),
    Fault("UF38", "resumed by a hmaint that does not know the journal's schema", "-", 77, "untouched by it"),
    Fault("UF38 plan", "resumed with another plan than it was begun with", "-", 77, "untouched by it"),
)
LINKS = (
    Fault("UF07", "TCP cut in mid-step, host alive", "done", 0, "new"),
    Fault("UF08", "host gone for good in mid-step: nothing rolled back behind its back", "paused", 2, "as it was left"),
    Fault("UF08 back", "the same, the host comes back; then resume", "done", 0, "new"),
    Fault("UF17", "the same plan begun from a second laptop", "-", 77, "untouched by it"),
    Fault("UF18", "the first laptop is lost: taken over with a reason by the copy on the host", "done", 0, "new"),
    Fault("UF18 old", "the first laptop wakes up and resumes", "-", 77, "untouched by it"),
)  # fmt: skip
FAILURES = (
    Fault("UF10", "a planned reboot from which the host does not come back in time", "paused", 2, "as it was left"),
    Fault("UF10 back", "a planned reboot that works", "done", 0, "new"),
    Fault("UF11", "no room on the host for the file that is brought", "rolled_back", 1, "old"),
    Fault("UF13", "an undo fails", "needs_person", 2, "as it was left, lock kept"),
    Fault("UF14", "undone, but the old release does not verify", "needs_person", 2, "as it was left, lock kept"),
    Fault("UF15", "verification fails after everything was done", "rolled_back", 1, "old"),
    Fault("UF15 step", "a step in the middle fails", "rolled_back", 1, "old"),
    Fault("UF21", "the window ends during the run, plan says finish", "done", 0, "new"),
    Fault("UF21 back", "the same, plan says rollback", "rolled_back", 1, "old"),
    Fault("UF30 never", "the service does not come up", "rolled_back", 1, "old"),
    Fault("UF30 dies", "the service comes up and dies while it is observed", "rolled_back", 1, "old"),
    Fault("UF40", "the report's template is broken; made again once it is mended", "done", 0, "new"),
)  # fmt: skip
DATABASES = (
    Fault("UF12", "disk full in the middle of a migration (SQLite), reversible", "rolled_back", 1, "old"),
    Fault("UF32", "MariaDB: statement 5 of 9 fails, DDL is in no transaction", "needs_person", 2, "half, and told"),
    Fault("UF32 transaction", "PostgreSQL: the same, in one transaction", "rolled_back", 1, "old"),
    Fault("UF33 mariadb", "MariaDB: a metadata lock held by somebody", "rolled_back", 1, "old"),
    Fault("UF33 postgresql", "PostgreSQL: a table lock held by somebody", "rolled_back", 1, "old"),
)  # fmt: skip
GATES = (
    Fault("UF20 early", "begun one minute before the window", "-", 77, "untouched"),
    Fault("UF20 late", "begun one minute after the window", "-", 77, "untouched"),
    Fault("UF20 midnight", "a window across midnight", "done", 0, "new"),
    Fault("UF20 estimate", "the plan takes longer than what is left of the window", "-", 77, "untouched"),
    Fault("UF22 nobody", "not approved", "-", 77, "untouched"),
    Fault("UF22 stranger", "approved by somebody who is not on the list", "-", 77, "untouched"),
    Fault("UF22 silent", "an approval without a word", "-", 77, "untouched"),
    Fault("UF23 plan", "one character of the plan changed after the approval", "-", 77, "untouched"),
    Fault(
        "UF23 artefact", "one byte of a file to be brought changed after the approval", "-", 78, "untouched"
    ),
    Fault("UF23 host", "another machine at the address after the approval", "-", 77, "untouched"),
    Fault("UF26", "no supervisor named as present", "-", 77, "untouched"),
    Fault("UF27", "the backup was never verified", "-", 77, "untouched"),
    Fault("UF28", "the backup is older than the plan allows", "-", 77, "untouched"),
    Fault("UF28 other", "the backup is of another database", "-", 78, "untouched"),
    Fault("UF29", "the host's clock 7 minutes ahead, beyond the window's end", "-", 77, "untouched"),
    Fault("UF35", "a step that cannot be taken back, no point of no return", "-", 78, "untouched"),
)
SECRETS = (
    Fault("UF37", "passwords planted in every way a plan may carry them, searched for everywhere", "done", 0, "new"),
)  # fmt: skip
FAULTS = (*CRASHES, *LINKS, *FAILURES, *DATABASES, *GATES, *SECRETS)


def row(fault: Fault) -> str:
    """Its line of the table."""
    return f"| {fault.id} | {fault.injection} | {fault.state} | {fault.code} | {fault.machines} |"


def page() -> str:
    """The whole page. The tests hold each of its rows to what they saw."""
    head = [
        "# Upgrade faults, and how each ends",
        "",
        "<!-- generated: HMAINT_FAULTS_PAGE=write pytest tests/upgrade/test_faults_page.py; do not edit -->",
        "",
        _ABOUT,
        "| fault | injection | run | exit | machines |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows = sorted(FAULTS, key=lambda fault: fault.id)
    return "\n".join([*head, *map(row, rows), ""])


class Book:
    """Holds the faults of one file of tests against the table."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._wanted = {fault.id: fault for fault in faults}

    def ends(self, name: str, code: int, state: str = "-") -> None:
        """A fault ended: it must have ended as the table says."""
        fault = self._wanted[name]
        assert (state, code) == (fault.state, fault.code), name
