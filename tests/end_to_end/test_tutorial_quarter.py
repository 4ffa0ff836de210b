"""The tutorial of one quarter, typed as it stands: in a fresh folder, to the three annexes."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.end_to_end.desk import HMAINT
from tests.services import commands

PAGE = Path(__file__).parents[2] / "docs/tutorial/one-quarter.zh-CN.md"
LOOKING = ("contract due", "inspect", "doctor")
ANNEXES = {
    "maintenance-log": "更换风扇",
    "training-signin": "周老师",
    "customisation-report": "按单位批量打印报告",
}


def lines() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")
    ]


def typed(folder: Path, line: str, environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a line of the page in its folder; how it ended and what it said."""
    words = shlex.split(line)
    assert words[0] == "hmaint"
    with tempfile.TemporaryFile() as said, Path(os.devnull).open("rb") as given:
        code = commands.start([str(HMAINT), *words[1:]], folder, environ, (given, said, said)).wait()
        said.seek(0)
        return code, said.read().decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace when every line of the page has been typed."""
    root = tmp_path_factory.mktemp("quarter")
    environ = {**os.environ, "HMAINT_OPERATOR": "张工", "HMAINT_LANG": "zh", "COLUMNS": "100"}
    place = root
    for line in lines():
        if line.startswith("export "):
            continue
        if line.startswith("cd "):
            place /= line.split()[1]
            prepare(place)
            continue
        code, said = typed(place, line, environ)
        allowed = (0, 1, 2, 3) if line.removeprefix("hmaint ").startswith(LOOKING) else (0,)
        assert code in allowed, f"{line}\n{said}"
        assert "Traceback" not in said, line
    return place


def prepare(place: Path) -> None:
    """What the page asks for by hand: the day of signing, and the inventory it shows."""
    contract = place / "contracts" / "s4.yaml"
    text = contract.read_text("utf-8")
    assert "signed: null" in text
    contract.write_text(text.replace("signed: null", "signed: 2026-09-30"), "utf-8")
    (inventory,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (place / "inventory.yaml").write_text(inventory, "utf-8")


@pytest.mark.parametrize(("form", "words"), ANNEXES.items())
def test_each_annex_is_there_with_what_was_put_down(folder: Path, form: str, words: str) -> None:
    (path,) = folder.glob(f"reports/tj/*/*{form}-2026-001.docx")
    with zipfile.ZipFile(path) as package:
        text = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
    assert words in text
    assert "示范医院" in text


def test_the_calendar_and_the_plan_are_there_too(folder: Path) -> None:
    assert (folder / "到期.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert list(folder.glob("reports/tj/*/*year-plan*.docx"))
