"""The shape of a baseline file, and its entries with their places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hmaint.load.schema import validate
from hmaint.load.yaml import Document, read_yaml
from hmaint.model.inventory import Scalar
from hmaint.model.look import Row

_Name = Annotated[str, Field(min_length=1, max_length=128)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: Literal[1]
    targets: dict[_Name, dict[_Name, list[dict[_Name, Scalar]]]] = {}


def read_baseline(path: Path) -> tuple[Mapping[str, Mapping[str, tuple[Row, ...]]], Document]:
    """Read rows by target and step; BadFile with every fault at its place."""
    document = read_yaml(path)
    read = validate(_File, document)
    entries: dict[str, dict[str, tuple[Row, ...]]] = {
        target: {step: tuple(rows) for step, rows in steps.items()} for target, steps in read.targets.items()
    }
    return entries, document
