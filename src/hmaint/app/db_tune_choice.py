"""Which items of an advice hmaint applies: those asked for, or the safe ones, as far as the account may."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.app.db_tune import Told
from hmaint.app.db_tune_hands import Hands, may_tune
from hmaint.database.tune_guard import refuse_tuning
from hmaint.errors import CouldNotLook, Refused, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.advice import Act, Advice
from hmaint.model.inventory import Database
from hmaint.model.tuning import Item

Passed = tuple[Advice, str]
"""What is not applied, and why."""


def choose(told: Told, ids: Sequence[str]) -> tuple[tuple[Item, ...], tuple[Passed, ...]]:
    """The items asked for by their ids, else all that are safe; and what was passed over, with the reason.

    WrongUsage for an id that is not advised now, Refused where one cannot be applied or could not be looked at.
    """
    databases = {looked.database.name: looked for looked in told.looks}
    unseen = [looked for looked in told.looks if looked.advised is None]
    if unseen and (ids or len(unseen) == len(told.looks)):
        reason = unseen[0].failure.reason if unseen[0].failure else ""
        words = _("{name} could not be looked at, nothing was touched: {reason}")
        raise Refused(words.format(name=unseen[0].database.name, reason=reason))
    advice = [item for looked in told.looks if looked.advised for item in looked.advised.advice]
    known = {item.id: item for item in advice}
    for wanted in ids:
        if wanted not in known:
            words = _("nothing called {id} is advised now; there are: {known}")
            told_of = words.format(id=wanted, known=", ".join(known) or "-")
            raise WrongUsage(told_of + did_you_mean(wanted, list(known)))
    items, passed = [], []
    for item in advice:
        if not (item.id in ids if ids else item.fix is not None and item.fix.safe):
            continue
        database = databases[item.target].database
        why = _unfit(item, database)
        if why and ids:
            raise Refused(_("{id} is not applied by hmaint: {reason}").format(id=item.id, reason=why))
        if why or item.fix is None:
            passed.append((item, why))
        else:
            items.append(Item(database, item, item.fix))
    return tuple(items), tuple(passed)


def not_looked_at(told: Told, databases: Sequence[Database]) -> dict[str, str]:
    """Why some databases could not be looked at, by their names."""
    names = {each.name for each in databases}
    words = _("{name} could not be looked at, nothing of it was applied: {reason}")
    return {
        looked.database.name: words.format(
            name=looked.database.name, reason=looked.failure.reason if looked.failure else ""
        )
        for looked in told.looks
        if looked.advised is None and looked.database.name in names
    }


def permitted(
    hands: Hands, items: tuple[Item, ...], passed: tuple[Passed, ...], *, named: bool
) -> tuple[tuple[Item, ...], tuple[Passed, ...]]:
    """Leave out what the account has no right to; Refused where that was asked for by its id."""
    lacking = {item.name: _lacks(hands, item) for item in items}
    refused = [item for item in items if lacking[item.name]]
    if refused and named:
        words = _("{id} is not applied by hmaint: {reason}")
        raise Refused(words.format(id=refused[0].advice.id, reason=lacking[refused[0].name]))
    left = tuple((item.advice, lacking[item.name]) for item in refused)
    return tuple(item for item in items if not lacking[item.name]), (*passed, *left)


def _lacks(hands: Hands, item: Item) -> str:
    try:
        return hands.of(item.database.name).lacks(item.fix)
    except CouldNotLook as failure:
        return failure.reason


def _unfit(item: Advice, database: Database) -> str:
    """Why hmaint does not apply an item; empty where it does."""
    if item.fix is None or item.fix.act is Act.MANUAL or not item.fix.statements:
        return _("a person has to do it")
    try:
        may_tune(database)
    except Refused as refused:
        return str(refused)
    refused_ = (refuse_tuning(each, database.engine) for each in (*item.fix.statements, *item.fix.undo))
    return next((why for why in refused_ if why), "")
