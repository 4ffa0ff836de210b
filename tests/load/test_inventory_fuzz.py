"""Inventories with something strange in any place: read or refused in words, never a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.errors import BadFile
from hmaint.load.compose import At
from hmaint.load.inventory import load_inventory, warnings
from hmaint.load.paths import replaced
from hmaint.load.yaml import read_yaml
from hmaint.model.inventory import Secret

SAMPLE = read_yaml(Path(__file__).parent / "golden" / "interface-inventory.yaml")
PATHS = sorted(SAMPLE.places, key=str)
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70_000),
    st.floats(0, 1e9),
    st.sampled_from(
        ["", " ", "a", "bastion", "icu-db-1", "::1", "[::1]:1", "a:1", "u@h:1", "http://[", "1h", "-x"]
    ),
    st.text("ab:/@[]%.-{} \n\x00é中", max_size=12),
    st.lists(st.sampled_from(["a", 1, None, "bastion", {}]), max_size=3),
    st.dictionaries(
        st.sampled_from(["a", "host", "address", "ssh", "proxy_jump", "1"]), st.none(), max_size=2
    ),
)


def written(value: object) -> str:
    # JSON is YAML too, but for the references: they go in as text of the same length.
    return json.dumps(value, default=lambda one: one.name if isinstance(one, Secret) else str(one))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "inventory.yaml"


@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), STRANGE), min_size=1, max_size=3))
def test_anything_anywhere_is_read_or_refused_with_its_place(
    path: Path, changes: list[tuple[At, object]]
) -> None:
    value: object = (
        {**dict(SAMPLE.value), "allow_plaintext": True} if isinstance(SAMPLE.value, dict) else None
    )
    for at, strange in changes:
        try:
            value = replaced(value, at, strange)
        except (KeyError, TypeError, IndexError, ValueError):  # an earlier change took the path away
            continue
    path.write_text(written(value), encoding="utf-8")
    try:
        inventory = load_inventory(path)
    except BadFile as bad:
        faults = bad.faults
    else:
        faults = ()
        assert isinstance(warnings(inventory), list)
    assert all(fault.message and "\n" not in fault.message for fault in faults)
