"""The papers of a version: its test report, and its notes with the changes on record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hmaint.app.documents import issue_document
from hmaint.app.matter_list import standing_matters
from hmaint.app.matters import site_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.load.release_file import read_release
from hmaint.model.document import Document
from hmaint.model.ledgers.change import CHANGE

NOTES, TEST_REPORT = "release-notes", "test-report"


def issue_release(world: World, path: Path, site: str = "") -> tuple[Document, ...]:
    """Issue the test report of a version, where the file tells of tests, and its notes.

    BadFile with every fault of the file, WrongUsage for a site that is none; nothing is issued then.
    """
    # The Word libraries take a quarter of a second that a refused file need not cost.
    from hmaint.report.release import release_notes, test_report  # noqa: PLC0415 - see above

    release, artefacts = read_release(path)
    where = site_of(world, release.site or site)
    day, now = date.fromisoformat(release.released), world.clock.now()
    made: list[Document] = []
    if release.tests is not None:
        data = test_report(release, release.tests, world.inventory, where, now)
        made.append(issue_document(world, TEST_REPORT, where, Told(data, (release.after,), day)))
    notes = release_notes(
        release,
        world.inventory,
        [each for each in standing_matters(world, CHANGE, where) if not each.first("closed")],
        site=where,
        author=world.operator,
        test_report=made[0].number if made else "",
        artefacts=artefacts,
        generated_at=now,
    )
    return (*made, issue_document(world, NOTES, where, Told(notes, (release.after,), day)))
