"""A bundle, as people and programs read what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.bundle import Bundled
    from hmaint.cli.terminal import Terminal


def show_bundle(terminal: Terminal, bundled: Bundled) -> None:
    """The files on stdout; what was made, what is missing and what is odd on stderr."""
    if terminal.format == "json":
        terminal.out(json.dumps(_object(bundled), ensure_ascii=False, indent=2))
        return
    terminal.out(bundled.path)
    terminal.out(bundled.index.path)
    words = _("index {number}, version {version}: {n} documents")
    index = bundled.index
    terminal.err(words.format(number=index.number, version=index.version, n=len(bundled.papers)))
    for document in bundled.made:
        terminal.err(_("made: {title}, {number}").format(title=document.title, number=document.number))
    for paper in bundled.papers:
        if paper.remark:
            terminal.err(f"{paper.document.number}: {paper.remark}")
    for lack in bundled.lacks:
        terminal.err(
            _("missing: {title}, {period}: {reason}").format(
                title=lack.title, period=lack.period, reason=lack.reason
            )
        )
    for note in bundled.notes:
        terminal.err(_("not in it: {what}").format(what=note))
    if bundled.no_pages:
        terminal.err(_("pages are left to be filled in: {reason}").format(reason=bundled.no_pages))


def _object(bundled: Bundled) -> dict[str, object]:
    index = bundled.index
    return {
        "schema": "hmaint.bundle/1",
        "path": bundled.path,
        "index": {
            "form": index.form,
            "number": index.number,
            "version": index.version,
            "path": index.path,
            "digest": index.digest,
        },
        "documents": [
            {
                "number": paper.document.number,
                "version": paper.document.version,
                "title": paper.document.title,
                "standing": str(paper.document.standing),
                "name": paper.name or None,
                "sha256": paper.sha256 or None,
                "pages": paper.pages,
                "remark": paper.remark,
            }
            for paper in bundled.papers
        ],
        "made": [document.number for document in bundled.made],
        "missing": [
            {"title": lack.title, "period": lack.period, "clause": lack.clause, "reason": lack.reason}
            for lack in bundled.lacks
        ],
        "not_included": list(bundled.notes),
        "no_pages": bundled.no_pages or None,
    }
