"""What an operation stands on: one workspace, one operator, one clock. The composition root."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.errors import CouldNotLook, WrongUsage
from hmaint.kit.clock import Clock, SystemClock
from hmaint.kit.i18n import _
from hmaint.kit.registry import nearest
from hmaint.load.inventory import load_inventory
from hmaint.load.workspace import Workspace, find_workspace
from hmaint.model.inventory import Inventory, Secret, Site

if TYPE_CHECKING:
    from hmaint.duty.statutory import StatutoryDays
    from hmaint.kit.redact import Redactor
    from hmaint.load.secrets import SecretStore
    from hmaint.store.audit import Audit
    from hmaint.store.records import Records
    from hmaint.store.run_records import RunRecords

STORE = "HMAINT_STORE"
"""The environment's word for where the records are."""

_OPEN: list[RunRecords] = []
"""The records this process holds."""


def let_go() -> None:
    """Let go of all records, so that no journal of theirs is left beside them: a process ends without looking back."""
    while _OPEN:
        _OPEN.pop().dispose()


@dataclass(frozen=True)
class World:
    """Everything an operation may reach; tests build one around a temporary folder."""

    workspace: Workspace
    clock: Clock
    environ: Mapping[str, str]
    operator: str
    login: str
    ask_passphrase: Callable[[str], str] | None = field(default=None, repr=False)

    @cached_property
    def inventory(self) -> Inventory:
        return load_inventory(self.workspace.inventory_path, self.workspace.root)

    @cached_property
    def secrets(self) -> SecretStore:
        from hmaint.load.secrets import SecretStore  # noqa: PLC0415 - ciphers, which mere lists do not need

        asked = self.ask_passphrase
        passphrase = None if asked is None else lambda: asked(_("Passphrase of secrets.age: "))
        return SecretStore(self.workspace.root, self.environ, passphrase)

    @cached_property
    def days(self) -> StatutoryDays:
        """The working days deadlines are counted in: imported years first, then the package's."""
        from hmaint.load.days import load_days  # noqa: PLC0415 - a look at hosts counts no working days

        return load_days(self.workspace.root)

    def reckoned(self, days: StatutoryDays) -> World:
        """The same world with another calendar; what it has open stays open."""
        other = replace(self)
        other.__dict__.update({**self.__dict__, "days": days})
        return other

    @cached_property
    def redactor(self) -> Redactor:
        from hmaint.kit.redact import Redactor  # noqa: PLC0415 - dozens of patterns, which mere lists do not need

        return Redactor(self.inventory.redact)

    @cached_property
    def run_records(self) -> RunRecords:
        """The records for whoever keeps a run in them, which costs a tenth of the time of opening all."""
        from hmaint.store.run_records import RunRecords  # noqa: PLC0415 - where there is nothing to read or keep yet

        self.workspace.prepare()
        records = RunRecords.open(self.place, folder=self.workspace.private)
        _OPEN.append(records)
        return records

    @cached_property
    def records(self) -> Records:
        from hmaint.store.records import Records  # noqa: PLC0415 - SQLAlchemy, which a run alone does not need

        return Records.of(self.run_records)

    @property
    def place(self) -> str | Path:
        """Where the records are: a team's server by its URL, else the workspace's own file."""
        return self.environ.get(STORE) or self.workspace.records

    @property
    def has_records(self) -> bool:
        """Whether there may be records; a file is made by whoever opens it first."""
        return bool(self.environ.get(STORE)) or self.workspace.records.exists()

    @cached_property
    def audit(self) -> Audit:
        from hmaint.store.audit import Audit  # noqa: PLC0415 - locks, which mere lists do not need

        self.workspace.prepare()
        return Audit(self.workspace.audit, self.run_records)

    def secret_of(self, secret: Secret) -> str:
        """Resolve a secret, and see to it that it can reach no record from here on."""
        value = self.secrets.resolve(secret)
        self.redactor.learn(value)
        return value

    def unlock(self, site: Site) -> None:
        """Resolve a site's secrets now, while a passphrase can still be asked for at a quiet terminal.

        What is missing is left for the visit that needs it: one wrong password must not cost the other targets.
        """
        for secret in secrets_of(site):
            with suppress(CouldNotLook):
                self.secret_of(secret)

    def site(self, name: str) -> Site:
        """The site of that name; WrongUsage with the nearest one when there is none."""
        site = self.inventory.sites.get(name)
        if site is not None:
            return site
        close = nearest(name, list(self.inventory.sites))
        hint = _("; did you mean {name}?").format(name=close) if close else ""
        known = ", ".join(self.inventory.sites) or "-"
        raise WrongUsage(
            _("no site {name}; the inventory has: {known}").format(name=name, known=known) + hint
        )


def secrets_of(site: Site) -> list[Secret]:
    """Every secret that a site's targets refer to, each once."""
    found = [database.password for database in site.databases]
    for host in site.hosts:
        found += [host.ssh.password, host.ssh.key_passphrase, host.ssh.sudo_password]
    found += [backup.password for backup in site.backups]
    for device in site.devices:
        found += [device.snmp.community, device.snmp.auth_password, device.snmp.privacy_password]
    return list(dict.fromkeys(secret for secret in found if secret is not None))


def make_world(
    workspace: Path | None, inventory: Path | None, ask: Callable[[str], str] | None = None
) -> World:
    """The world as this process finds it."""
    found = find_workspace(workspace, inventory, os.environ, Path.cwd())
    login = login_name()
    # Forms want a person's name; the login name is what there is without one.
    operator = os.environ.get("HMAINT_OPERATOR", "").strip() or login
    return World(found, SystemClock(), os.environ, operator, login, ask)


def login_name() -> str:
    """Who is logged in on this laptop."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a cron container without an account entry
        return "unknown"
