"""The bytes of a contract's file to the contract, with every fault of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hmaint.errors import Fault
from hmaint.load.decode import shown, text_of
from hmaint.load.profile import ProfileForm
from hmaint.load.profile_make import contract_of
from hmaint.load.profile_rules import cross_faults
from hmaint.load.schema import check, sort_faults
from hmaint.load.yaml import parse_yaml
from hmaint.model.contract import Contract


def read_profile(data: bytes, path: Path, name: str) -> tuple[Contract | None, list[Fault]]:
    """Read one profile; None beside its faults. BadFile only where it is no YAML at all."""
    document = parse_yaml(text_of(data, shown(path)), shown(path))
    form, faults = check(ProfileForm, document)
    faults = sort_faults([*faults, *cross_faults(document)])
    if form is None or faults:
        return None, faults
    return contract_of(form, name or path.stem, hashlib.sha256(data).hexdigest()), []
