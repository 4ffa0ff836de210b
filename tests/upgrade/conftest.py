"""Machines for the tests of upgrades, one pair a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.services.fixtures import running
from tests.services.upgradable import Upgradable
from tests.upgrade.ground import Ground
from tests.upgrade.short import Short


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Two machines and a desk."""
    folder = tmp_path_factory.mktemp("upgrade")
    with ExitStack() as stack:
        machines = {name: stack.enter_context(running(Upgradable(folder / name))) for name in ("a", "b")}
        yield Ground(folder / "ground", machines)


@pytest.fixture(scope="module")
def first(ground: Ground) -> Short:
    """The same upgrade without any fault has run through."""
    return Short(ground)


@pytest.fixture
def short(first: Short) -> Short:
    """The machines with the old release."""
    first.reset()
    return first
