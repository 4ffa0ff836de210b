"""The Linux catalogue in every shell hospitals have, and as an account without rights."""

from __future__ import annotations

from functools import cache

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import selects
from hmaint.engine.trip import scope_of
from hmaint.errors import CouldNotLook
from hmaint.load.playbook import render_args
from hmaint.model.inventory import Host
from hmaint.model.look import Fragment, Reply, Seen, Table
from hmaint.model.playbook import Step
from tests.checks.hosts import catalogue
from tests.step.shells import SHELLS, SITE, context, needs_root, run

HERE = Host(
    "laptop", "icu", connection="local", roles=("db",), services=("hmaint-nosuch",), processes=("systemd",)
)
HEAVY = {"linux.security.suid", "linux.disk.deleted", "linux.security.updates"}
STEPS = [s for s in catalogue("checks/linux").steps if selects(s.on, HERE) and s.id not in HEAVY]
NEED_ROOT = ("linux.account.password", "linux.account.weak", "linux.account.expiry", "linux.account.failed")


@cache
def answer(fragment: Fragment, shell: str, *, nobody: bool = False) -> Reply:
    return run(fragment, shell, nobody=nobody)


def outcome(step: Step, shell: str, *, nobody: bool = False) -> tuple[str, Table | None]:
    """How the look went, and what it read."""
    kind, where = KINDS[step.do], context(HERE)
    scope = scope_of(HERE, SITE, catalogue("checks/linux").vars, {})
    try:
        args = render_args(step, kind, scope)
        asked = [ask for ask in kind.ask(args, where) if isinstance(ask, Fragment)]
        return "observed", kind.read(args, where, [answer(a, shell, nobody=nobody) for a in asked])
    except CouldNotLook as failure:
        return str(failure.seen), None


@pytest.mark.parametrize("shell", sorted(set(SHELLS) - {"dash"}))
def test_every_look_goes_alike_in_every_shell(shell: str) -> None:
    for step in STEPS:
        (wanted, rows), (seen, found) = outcome(step, "dash"), outcome(step, shell)
        assert (step.id, seen) == (step.id, wanted)
        if rows is not None and found is not None and rows.rows:
            assert found.rows[0].keys() == rows.rows[0].keys(), step.id
            assert found.cut == rows.cut, step.id


@needs_root
@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.id))
def test_account_without_rights_sees_the_same_or_says_that_it_may_not(step: Step) -> None:
    as_root, _ = outcome(step, "dash")
    as_nobody, table = outcome(step, "dash", nobody=True)
    assert as_nobody in (as_root, Seen.DENIED), step.id
    if step.id in NEED_ROOT and as_root == Seen.OBSERVED:
        assert (as_nobody, table) == (Seen.DENIED, None)
