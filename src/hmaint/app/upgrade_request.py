"""`upgrade request`: the application for an upgrade as a document, on record under the digest of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hmaint.app.documents import issue_document
from hmaint.app.upgrade_approval import put_request
from hmaint.app.upgrade_papers import request_told
from hmaint.app.upgrade_plan import prepare
from hmaint.app.world import World
from hmaint.model.document import Document
from hmaint.model.entry import Entry
from hmaint.model.upgrade_act import RenderedPlan

FORM = "upgrade-request"


@dataclass(frozen=True, slots=True)
class Requested:
    """The application: its document, and what is on record of it."""

    rendered: RenderedPlan
    document: Document
    entry: Entry


def request(world: World, path: Path, output: Path | None = None) -> Requested:
    """Write the application and put it on record. Refused where a target could not be looked at."""
    prepared = prepare(world, path)
    rendered = prepared.rendered()
    told = request_told(world, prepared, rendered)
    document = issue_document(world, FORM, prepared.site.name, told, output)
    return Requested(rendered, document, put_request(world, rendered, document.path))
