"""How much the contracts that ship make due in a year, whatever day they are signed on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.acts import ACTS, KINDS, needs
from hmaint.duty.periodic import RHYTHMS, load
from hmaint.kit.resources import shipped
from hmaint.load.contract import read_contract
from hmaint.model.contract import Contract

LOADS = {"s0": 44, "s1": 5, "s2": 10, "s3": 123, "s4": 6}
"""Due items a year without daily ones, as they were counted in the texts by hand."""


def contract(name: str) -> Contract:
    return read_contract(shipped("contracts") / f"{name}.yaml", name)


CONTRACTS = {name: contract(name) for name in LOADS}


@given(first=st.dates(date(2015, 1, 1), date(2035, 12, 31)))
def test_each_contract_makes_as_much_due_in_a_year_as_its_text_says(first: date) -> None:
    assert {name: load(each, first) for name, each in CONTRACTS.items()} == LOADS


def test_fifteen_obligations_only_say_regularly_and_one_goes_on_without_end() -> None:
    pers = [str(one.per) for each in CONTRACTS.values() for one in each.obligations if one.per not in RHYTHMS]
    assert (pers.count("None"), pers.count("continuous")) == (15, 1)


@pytest.mark.parametrize("name", list(LOADS))
def test_it_is_known_of_every_obligation_what_meets_it(name: str) -> None:
    for each in CONTRACTS[name].obligations:
        assert each.kind in KINDS, each.id
        acts = frozenset[str]().union(*needs(each))
        assert all(act.startswith("paper:") or act in ACTS for act in acts), each.id
