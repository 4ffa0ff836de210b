"""The rows a data-fix would change, looked at before anything is approved and again before anything begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from hmaint.app import data_fix
from hmaint.app.upgrade_identity import Met
from hmaint.app.world import World
from hmaint.engine.acts_preview import Preview
from hmaint.errors import CouldNotLook
from hmaint.kit.i18n import _
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Database
from hmaint.model.upgrade_act import Act
from hmaint.model.upgrade_gate import Shut


def unlock_fixes(world: World, acts: Sequence[Act]) -> None:
    """Resolve the passwords now, while a passphrase can still be asked for; and mask the patients' numbers."""
    for act in acts:
        if isinstance(act.do, Fix):
            data_fix.learn(world, act.do)
            if act.do.user and act.do.password is not None:
                with suppress(CouldNotLook):
                    world.secret_of(act.do.password)


def met_rows(world: World, database: Database, acts: Sequence[Act], met: Met) -> Met:
    """Add to what was seen of a database the rows that each fix of it would change."""
    fixes = [(act.id, act.do) for act in acts if act.target == database.name and isinstance(act.do, Fix)]
    if not fixes or met.identity is None:
        return met
    return replace(met, previews=(*met.previews, *(_looked(world, database, *each) for each in fixes)))


def _looked(world: World, database: Database, act: str, fix: Fix) -> Preview:
    try:
        seen = data_fix.preview(world, database, fix)
    except CouldNotLook as failure:
        return Preview(act, "unknown", failure.reason)
    return Preview(
        act, "unknown" if seen.problems else "pending", "; ".join(seen.problems), seen.lines, seen.fingerprint
    )


def fingerprints(previews: Mapping[str, Preview]) -> dict[str, str]:
    """What an approval keeps of the rows it is for, by act."""
    return {name: each.fingerprint for name, each in previews.items() if each.fingerprint}


def rows_shut(
    acts: Sequence[Act], previews: Mapping[str, Preview], approved: Mapping[str, str] | None
) -> Iterator[Shut]:
    """Why rows are not to be changed: they cannot be, could not be seen, or are others than were approved.

    `approved` None: nothing was approved yet, which another gate tells.
    """
    for act in acts:
        if not isinstance(act.do, Fix):
            continue
        seen = previews.get(act.id)
        if seen is None or seen.standing == "unknown" or not seen.fingerprint:
            reason = seen.reason if seen else ""
            words = _("{act}: the rows could not be looked at or must not be changed: {reason}")
            yield Shut(
                "preflight", words.format(act=act.id, reason=reason), _("mend the plan, and look again")
            )
        elif approved is not None and approved.get(act.id) != seen.fingerprint:
            words = _("{act}: the rows that would be changed are others than those of the approval")
            yield Shut(
                "approval", words.format(act=act.id), _("hmaint upgrade check, and have it approved anew")
            )
