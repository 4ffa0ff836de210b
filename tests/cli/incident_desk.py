"""A workspace with a site under levels and one under classes, and `hmaint` run in it within this very process."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hmaint.cli.rim import guarded
from hmaint.kit.i18n import speak, without_language
from hmaint.kit.resources import shipped

AGO = "2026-01-05 09:00"
NOTICE = "保密承诺书"
SITES = {
    f"site{n}": {"name": f"系统{n}", "contract": f"s{n}", "hosts": {f"h{n}": {"connection": "local"}}}
    for n in (2, 3)
}


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said; the notice about pledges left out."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """What `--format json` printed."""
        assert self.out.startswith("{"), (self.code, self.out, self.err)
        printed: dict[str, Any] = json.loads(self.out)
        return printed


@dataclass(frozen=True)
class InProcess:
    """Commands in a folder."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str, lang: str = "zh") -> Said:
        """Run `hmaint incident …` to its end."""
        speak(lang)
        self.capture.readouterr()
        code = guarded(without_language(["incident", *words]), verbose=False)
        said = self.capture.readouterr()
        err = "".join(
            f"{line}\n" for line in said.err.splitlines() if NOTICE not in line and "pledge" not in line
        )
        return Said(code, said.out, err)

    def open(self, *words: str, site: str = "site3") -> str:
        """Open an incident of a department whose work stands still, and take its number."""
        done = self.run(
            "open", "--site", site, "--what", "无法登录", "--scope", "department", "--interruption", "full",
            "--format", "json", *words,
        )  # fmt: skip
        assert done.code == 0, done.err
        return str(done.object["id"])

    def shown(self, number: str = "latest") -> dict[str, Any]:
        """The incident as programs see it."""
        return self.run("show", number, "--format", "json").object


def in_process(root: Path, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """Make the workspace and stand in it."""
    whole = {
        "version": 1,
        "hospital": {"name": "某某医院", "department": "信息科"},
        "vendor": {"name": "某某公司", "project_manager": "王经理", "hotline": "400"},
        "sites": SITES,
    }
    (root / "inventory.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), "utf-8")
    (root / "contracts").mkdir()
    for n in (2, 3):
        shutil.copy(shipped("contracts") / f"s{n}.yaml", root / "contracts")
    monkeypatch.chdir(root)
    return InProcess(root, capture)
