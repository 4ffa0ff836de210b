"""What hmaint reads of a contract's profile so far: by when findings are to be put right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from hmaint.duty.days import read_span
from hmaint.load.schema import validate
from hmaint.load.site_view import mapping
from hmaint.load.yaml import read_yaml
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

FOLDER = "contracts"
_SECTION = ("rectification",)


def _spelt(text: str) -> str:
    read_span(text)
    return text


_Span = Annotated[str, AfterValidator(_spelt)]


class _Rectification(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    critical: _Span | None = None
    warning: _Span | None = None


def load_rectification(root: Path, name: str) -> Mapping[Level, Limit]:
    """Read how long each level may take by the contract of that name; nothing where there is no such file or section.

    BadFile where the section is wrong; the rest of the profile is another's to read.
    """
    path = root / FOLDER / f"{name}.yaml"
    if not name or not path.is_file():
        return {}
    document = read_yaml(path)
    if mapping(document.value).get(*_SECTION) is None:
        return {}
    read = validate(_Rectification, document, _SECTION)
    given = {Level.CRITICAL: read.critical, Level.WARNING: read.warning}
    return {level: read_span(text) for level, text in given.items() if text is not None}
