"""The tree of commands; each file registers its own, and none imports its work before it is called."""

from __future__ import annotations

import typer

from hmaint.cli import (
    audit,
    backup_verify,
    change,
    contract,
    data_check,
    doctor,
    finding,
    incident,
    init,
    inspect,
    inventory,
    kb,
    log,
    playbook,
    report,
    runs,
    schema_doc,
    secret,
    store,
    training,
)
from hmaint.kit.i18n import _

app = typer.Typer(
    name="hmaint",
    help=_("Inspect hospital systems, keep the records, fill the forms."),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=_(
        "First steps: hmaint init · hmaint inventory check · hmaint inventory trust HOST · hmaint inspect --site SITE"
    ),
)


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", "-V", help=_("Print the version and stop.")),
) -> None:
    pass


for command in (
    init,
    inspect,
    data_check,
    backup_verify,
    schema_doc,
    inventory,
    secret,
    playbook,
    report,
    runs,
    finding,
    incident,
    log,
    training,
    change,
    contract,
    kb,
    audit,
    store,
    doctor,
):
    command.register(app)
