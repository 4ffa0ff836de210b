"""Connections of the accounts that tune, opened when first needed; which databases hmaint may change at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hmaint.app.world import World
from hmaint.database.tune import ENGINES, GRANTS, Hand
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.model.inventory import Database, Site


class Hands:
    """The open connections of one command."""

    def __init__(self, world: World, site: Site) -> None:
        self._world = world
        self._site = site
        self._open: dict[str, Hand] = {}

    def of(self, name: str) -> Hand:
        """The connection to a database of the site; Refused, with nothing touched, where there cannot be one."""
        if name not in self._open:
            database = next((each for each in self._site.databases if each.name == name), None)
            if database is None:
                words = _(
                    "the inventory no longer has database {name}, which a run that was broken off was changing"
                )
                raise Refused(words.format(name=name))
            self._open[name] = self._opened(database)
        return self._open[name]

    def _opened(self, database: Database) -> Hand:
        may_tune(database)
        try:
            secret = database.tune_password
            password = None if secret is None else self._world.secret_of(secret)
            return Hand(database, password, self._world.workspace.root)
        except CouldNotLook as failure:
            words = _("the account {user} of {name} could not log in, nothing was touched: {reason}")
            reason = self._world.redactor.redact(failure.reason)
            raise Refused(words.format(user=database.tune_user, name=database.name, reason=reason)) from None

    def close(self) -> None:
        """Log out everywhere."""
        for hand in self._open.values():
            hand.close()
        self._open.clear()


def may_tune(database: Database) -> None:
    """Refused for a database without an account of its own for this, or of an engine hmaint does not change."""
    if database.engine not in ENGINES:
        words = _("hmaint applies nothing to {engine}: hand its statements to the database's administrator")
        raise Refused(words.format(engine=database.engine))
    if database.engine == "sqlite":
        return
    if not database.tune_user or database.tune_user == database.user:
        words = _(
            "database {name} has no tune_user of its own: the account that looks never applies; make one with: {grant}"
        )
        raise Refused(words.format(name=database.name, grant=GRANTS[database.engine]))


@contextmanager
def open_hands(world: World, site: Site) -> Iterator[Hands]:
    """Connections that are closed whatever happens."""
    hands = Hands(world, site)
    try:
        yield hands
    finally:
        hands.close()
