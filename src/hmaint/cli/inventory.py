"""`hmaint inventory`: what the workspace describes, what of it answers, and which host keys are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.inspect import exit_status
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.words import kind_word, level_word
from hmaint.errors import CouldNotLook, ExitStatus, Refused
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.world import World
    from hmaint.model.inventory import Host
    from hmaint.model.run import TargetResult

_Site = Annotated[str, typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    inventory = typer.Typer(
        help=about("inventory"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    inventory.command("list", help=_("List every target."))(with_terminal(list_targets))
    inventory.command("check", help=_("Check the file: every fault with its line, and what looks odd."))(
        with_terminal(check)
    )
    inventory.command(
        "ping",
        help=_("Log in everywhere and leave again."),
        epilog=_("Example: hmaint inventory ping --site icu"),
    )(with_terminal(ping))
    inventory.command(
        "trust",
        help=_("Show the host keys and trust them after you have compared the fingerprints."),
        epilog=_(
            "Examples: hmaint inventory trust icu-db-1 · hmaint inventory trust icu-db-1 --fingerprint SHA256:…"
        ),
    )(with_terminal(trust))
    app.add_typer(inventory, name="inventory")


def list_targets(terminal: Terminal, site: _Site = "") -> None:
    """Every target of the inventory."""
    from dataclasses import asdict

    from hmaint.app.inventory import entries

    columns = {
        "site": _("site"), "name": _("target"), "kind": _("kind"), "address": _("address"), "title": _("title"),
    }  # fmt: skip
    words = {"kind": {kind: kind_word(kind) for kind in ("host", "database", "device", "endpoint")}}
    found = [asdict(entry) for entry in entries(terminal.world(), site)]
    show_list(terminal, "hmaint.inventory/1", "targets", columns, found, words)


def check(terminal: Terminal) -> int:
    """Load the file; faults leave by the error rim with status 78, oddities are warnings."""
    from hmaint.load.inventory import warnings

    world = terminal.world()
    odd = warnings(world.inventory)
    for line in odd:
        terminal.out(_("warning: {words}").format(words=line))
    sites = world.inventory.sites.values()
    terminal.out(
        _(
            "{file}: {sites} sites, {hosts} hosts, {databases} databases, {devices} devices, "
            "{endpoints} endpoints"
        ).format(
            file=world.workspace.inventory_path.name,
            sites=len(sites),
            hosts=sum(len(site.hosts) for site in sites),
            databases=sum(len(site.databases) for site in sites),
            devices=sum(len(site.devices) for site in sites),
            endpoints=sum(len(site.endpoints) for site in sites),
        )
    )
    return ExitStatus.WARNING if odd else ExitStatus.OK


def ping(
    terminal: Terminal,
    site: _Site = "",
    limit: Annotated[
        str, typer.Option("--limit", help=_("Only targets whose name matches."), metavar="GLOB")
    ] = "",
) -> int:
    """Which targets an inspection would reach."""
    from hmaint.app.inventory import ping as ping_site

    world = terminal.world()
    sites = [world.site(site)] if site else list(world.inventory.sites.values())
    results: list[TargetResult] = []
    for one in sites:
        results += ping_site(world, one, limit, lambda _result: None)
    columns = {
        "name": _("target"), "kind": _("kind"), "address": _("address"), "level": _("result"),
        "elapsed_ms": "ms", "error": _("reason"),
    }  # fmt: skip
    words = {
        "kind": {kind: kind_word(kind) for kind in ("host", "database", "device", "endpoint")},
        "level": {"ok": _("reached"), "unknown": _("not reached"), "skipped": level_word("skipped")},
    }
    objects = [
        {
            "name": r.name,
            "kind": r.kind,
            "address": r.address,
            "level": r.level,
            "elapsed_ms": r.elapsed_ms,
            "error": r.error,
        }
        for r in results
        if not (terminal.quiet and r.level == "ok")
    ]
    show_list(terminal, "hmaint.ping/1", "targets", columns, objects, words)
    return exit_status([result.level for result in results])


def trust(
    terminal: Terminal,
    names: Annotated[
        list[str] | None,
        typer.Argument(help=_("Hosts; all of the inventory's if none is named."), metavar="HOST…"),
    ] = None,
    site: _Site = "",
    fingerprint: Annotated[
        str,
        typer.Option(
            "--fingerprint", help=_("Trust without asking if the host shows this key."), metavar="SHA256:…"
        ),
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Trust without asking. Only where the network itself is trusted."))
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Also where another key was trusted before."))
    ] = False,
) -> int:
    """Two steps: show what the host presents, then write it down with the name of who accepted it."""
    from hmaint.app.inventory import hosts_named

    world = terminal.world()
    statuses = []
    for host in hosts_named(world, names or [], site):
        try:
            statuses.append(_trust_one(terminal, world, host, fingerprint, yes=yes, replace=replace))
        except Refused as refused:
            # One host that is not trusted must not keep the others from being asked about.
            terminal.err(f"hmaint: {refused}")
            statuses.append(ExitStatus.REFUSED)
    return max(statuses, default=ExitStatus.OK)


def _trust_one(
    terminal: Terminal, world: World, host: Host, fingerprint: str, *, yes: bool, replace: bool
) -> ExitStatus:
    from hmaint.app.inventory import shown
    from hmaint.app.inventory import trust as trust_keys

    try:
        keys = shown(world, host)
    except CouldNotLook as failure:
        silent = _("not reached: {reason}").format(reason=failure.reason)
        terminal.out(f"{host.name}  {silent}")
        return ExitStatus.UNKNOWN
    words = {
        "known": _("already trusted"),
        "unknown": _("unknown"),
        "changed": _("CHANGED since it was trusted"),
        "revoked": _("REVOKED"),
    }
    for key in keys:
        where = f"{host.name}  {host.address}:{host.port}"
        terminal.out(f"{where}  {key.key.kind}  {key.fingerprint}  {words[key.verdict]}")
    if any(key.verdict == "known" for key in keys) and not any(key.verdict == "revoked" for key in keys):
        return ExitStatus.OK
    if fingerprint:
        keys = [key for key in keys if key.fingerprint == fingerprint]
        if not keys:
            text = _("{host} does not show the key {fingerprint}")
            raise Refused(text.format(host=host.name, fingerprint=fingerprint))
    elif not yes and not _agreed(terminal, host):
        raise Refused(_("{host} was not trusted").format(host=host.name))
    trust_keys(world, host, keys, replace=replace)
    terminal.err(_("trusted {host}, accepted by {operator}").format(host=host.name, operator=world.operator))
    return ExitStatus.OK


def _agreed(terminal: Terminal, host: Host) -> bool:
    if not terminal.may_ask():
        raise Refused(
            _(
                "{host}: nobody is here to compare the fingerprint; say --fingerprint SHA256:… or --yes"
            ).format(host=host.name)
        )
    return typer.confirm(_("Is this the fingerprint of {host}?").format(host=host.name), err=True)
