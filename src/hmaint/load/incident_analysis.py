"""What a person writes about an incident in a file, for its report: read strictly, all faults at once."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    what: str
    owner: str = ""
    due: str = ""
    verify: str = ""


class _Analysis(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    event: str = ""
    manifestation: str = ""
    cause: str = ""
    root_cause: str = ""
    clinical: str = ""
    solution: str = ""
    fallback: str = ""
    summary: str = ""
    late_reason: str = ""
    actions: list[_Action] = []


def load_analysis(path: Path) -> dict[str, object]:
    """Read `event, manifestation, cause, root_cause, clinical, solution, fallback, summary, late_reason, actions`.

    BadFile with every fault and its place.
    """
    return validate(_Analysis, read_yaml(path)).model_dump(exclude_defaults=True)
