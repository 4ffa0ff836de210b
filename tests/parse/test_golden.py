"""Every format against texts of real systems: `cases/FORMAT/SYSTEM-CASE.txt` beside what must come of it.

The JSON beside a text holds `options` (where the format has some) and one of `rows`, `refused` (ValueError with
that in its reason), `denied` (PermissionError) or `not_told` (NotTold).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hmaint.kit.registry import find, names
from hmaint.parse.fields import NotTold

CASES = Path(__file__).parent / "cases"
TEXTS = sorted(CASES.glob("*/*.txt"))


def outcome(path: Path, options: dict[str, object]) -> dict[str, object]:
    parser = find("hmaint.parsers", path.parent.name)
    assert callable(parser)
    text = path.read_bytes().decode("gb18030" if "gb18030" in path.name else "utf-8")
    try:
        return {"rows": parser(text, options)}
    except NotTold as absent:
        return {"not_told": str(absent)}
    except PermissionError as refused:
        return {"denied": str(refused)}
    except ValueError as wrong:
        return {"refused": str(wrong)}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_text_becomes_the_rows_beside_it(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
    options = wanted.pop("options", {})
    seen = outcome(path, options)
    if os.environ.get("HMAINT_GOLDEN") == "write":
        kept = ({"options": options} if options else {}) | seen
        path.with_suffix(".json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert seen == wanted


def test_every_registered_format_has_a_case() -> None:
    assert set(names("hmaint.parsers")) == {path.parent.name for path in TEXTS}


@pytest.mark.parametrize("name", [name for name in names("hmaint.parsers") if name != "lines"])
def test_format_refuses_what_is_none_of_its_own(name: str) -> None:
    for path in (CASES / name).glob("refuse-*.txt"):
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        assert wanted.get("refused"), path
    assert (CASES / name / "refuse-garbage.txt").exists()
