"""Which questions a contract's profile leaves open until they are confirmed in writing."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from hmaint.load.contract import FOLDER
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml
from hmaint.model.ambiguity import Ambiguity

_OPEN = "written_confirmation"


class _Ambiguity(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    text: str
    proposal: str = ""
    needs: str = ""


class _Profile(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    ambiguities: list[_Ambiguity] = []


def load_ambiguities(root: Path, name: str) -> tuple[Ambiguity, ...]:
    """Read what the contract of that name leaves open; nothing where there is no such profile.

    BadFile where what is read here is wrong; the rest of the profile is another's to read.
    """
    path = root / FOLDER / f"{name}.yaml"
    if not name or not path.is_file():
        return ()
    profile = validate(_Profile, read_yaml(path))
    return tuple(
        Ambiguity(each.id, each.text, each.proposal) for each in profile.ambiguities if each.needs == _OPEN
    )
