"""`hmaint store`: the records as a whole, moved to a team's server or written out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.listing import show_object
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    store = typer.Typer(
        help=about("store"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    store.command("show", help=_("Tell where the records are and how much is in them."))(with_terminal(show))
    store.command(
        "copy",
        help=_("Copy all records into a place that has none, and prove the copy."),
        epilog=_(
            "Example, a team's first day: HMAINT_STORE=postgresql://hmaint@10.1.9.9/hmaint"
            " hmaint store copy .hmaint/records.db env:HMAINT_STORE"
        ),
    )(with_terminal(copy))
    store.command(
        "export",
        help=_("Write everything into one file of JSON Lines."),
        epilog=_("Example: hmaint store export records-20261231.jsonl.gz"),
    )(with_terminal(export))
    app.add_typer(store, name="store")


def show(terminal: Terminal) -> None:
    """Where the records are."""
    from hmaint.app.store import standing
    from hmaint.store.values import VERSION

    found = standing(terminal.world())
    fields = {
        "place": _("records"), "schema_version": _("schema"), "rows": _("rows"), "evidence": _("evidence"),
        "rescued": _("waiting to come in"),
    }  # fmt: skip
    told = [f"{name} {count}" for name, count in found.rows.items()] or "0"
    plain: dict[str, object] = {
        "place": found.place,
        "schema_version": VERSION,
        "rows": dict(found.rows) if terminal.format == "json" else told,
        "evidence": found.evidence,
        "rescued": found.rescued,
    }
    show_object(terminal, "hmaint.store/1", fields, plain)


def copy(
    terminal: Terminal,
    source: Annotated[
        str,
        typer.Argument(
            help=_("workspace, a file, an export, a URL, or env:NAME for a URL in the environment."),
            metavar="FROM",
        ),
    ],
    target: Annotated[str, typer.Argument(help=_("The same, with no records in it yet."), metavar="TO")],
) -> None:
    """Copy records."""
    from hmaint.app.store import copy as copy_records

    moved = copy_records(terminal.world(), source, target)
    words = _("{rows} rows and {blobs} pieces of evidence copied and compared")
    terminal.err(words.format(rows=moved.rows, blobs=moved.blobs))
    for digest in moved.damaged:
        terminal.err(_("evidence {digest} is damaged and was left behind").format(digest=digest))


def export(
    terminal: Terminal,
    output: Annotated[
        Path, typer.Argument(help=_("The file to write, .jsonl or .jsonl.gz."), metavar="FILE")
    ],
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help=_("With what targets answered, and scans."))
    ] = True,
) -> None:
    """Write records out."""
    from hmaint.app.store import export as export_records

    done = export_records(terminal.world(), output, evidence=evidence)
    words = _("{file}: {rows} rows, {blobs} pieces of evidence, schema {version}")
    terminal.err(words.format(file=output, rows=done.rows, blobs=done.blobs, version=done.version))
