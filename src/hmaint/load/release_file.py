"""What a version brings and how it was tested, from a YAML file: the parts of 版本说明 and 测试报告 no record tells."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.kit.when import read_day
from hmaint.load.schema import validate
from hmaint.load.yaml import Document, read_yaml

Result = Literal["通过", "不通过", "未执行"]
_UNITS = ("B", "KB", "MB", "GB")
_STEP = 1024


def _words(text: str) -> str:
    clean = harmless(text).strip()
    if not clean:
        raise ValueError(_("must not be empty"))
    return clean


def _day(text: str) -> str:
    return read_day(text).isoformat()


Words = Annotated[str, Field(max_length=8000), AfterValidator(_words)]
Loose = Annotated[str, Field(max_length=8000)]
Day = Annotated[str, AfterValidator(_day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Needs(_Strict):
    """What a version needs of something beside it, and whether that was tried."""

    item: Words
    needs: Words
    checked: Words


class Known(_Strict):
    """A problem that is known and not mended yet."""

    problem: Words
    workaround: Loose = ""
    plan: Loose = ""


class Case(_Strict):
    """One test case; without a result it was not run, and what was not run has not passed."""

    id: Words
    steps: Words
    input: Loose = ""
    expected: Words
    actual: Loose = ""
    result: Result = "未执行"
    by: Loose = ""

    @model_validator(mode="after")
    def _seen(self) -> Case:
        if self.result != "未执行" and not self.actual.strip():
            raise ValueError(_("a case with a result tells what was seen under `actual`"))
        return self


class Defect(_Strict):
    """A defect the tests found, and what became of it."""

    id: Words
    what: Words
    severity: Loose = ""
    outcome: Words


class Tests(_Strict):
    """How a version was tested."""

    period: Words
    testers: Words
    environment: Words
    origin: Words
    scope: Words
    method: Words
    untested: Words
    left: Words
    conclusion: Loose = ""
    cases: Annotated[list[Case], Field(min_length=1, max_length=2000)]
    defects: list[Defect] = []


class Release(_Strict):
    """All a file says of one version."""

    site: str = ""
    product: Words
    before: Words
    after: Words
    released: Day
    author: Loose = ""
    summary: Words
    impact: Words
    upgrade: Words
    rollback: Words
    artefacts: Annotated[list[Words], Field(min_length=1, max_length=200)]
    compatibility: list[Needs] = []
    known: list[Known] = []
    tests: Tests | None = None


def read_release(path: Path) -> tuple[Release, list[dict[str, str]]]:
    """Read a file, and size and hash of every artefact it names, relative to it. BadFile with every fault."""
    document = read_yaml(path)
    release = validate(Release, document)
    return release, _artefacts(release, document, path.parent)


def _artefacts(release: Release, document: Document, folder: Path) -> list[dict[str, str]]:
    found, faults = [], []
    for number, name in enumerate(release.artefacts):
        try:
            found.append(_artefact(folder / name))
        except OSError as error:
            words = _("{file} cannot be read: {reason}").format(file=name, reason=error.strerror)
            faults.append(Fault(_place(document, number), words))
    if faults:
        raise BadFile(faults)
    return found


def _place(document: Document, number: int) -> Place:
    return document.place(("artefacts", number))


def _artefact(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "size": _size(path.stat().st_size), "sha256": sha256}


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < _STEP or unit == _UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= _STEP
    raise AssertionError  # the last unit takes everything
