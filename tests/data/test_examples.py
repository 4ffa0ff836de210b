"""The examples of data checks that are shipped: sound playbooks, and the demo's finds what the demo has planted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from demo.make_database import make

from hmaint.app.kinds import KINDS
from hmaint.load.init import create_workspace
from hmaint.load.playbook import load_playbook
from hmaint.step.data_args import FORMS, DataArgs
from tests.end_to_end.desk import Desk

TOP = Path(__file__).parents[2]


def test_a_new_workspace_has_an_example_of_every_form_that_is_sound(tmp_path: Path) -> None:
    create_workspace(tmp_path / "new")
    playbook = load_playbook("data/example", workspace=tmp_path / "new", kinds=KINDS)
    forms = {step.args.form for step in playbook.steps if isinstance(step.args, DataArgs)}
    assert forms == set(FORMS)


def test_the_demo_finds_orders_whose_patient_is_gone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    make(desk.root / "demo.db", datetime.now(UTC))
    desk.write_inventory({"icu": {"databases": {"demo": {"engine": "sqlite", "path": "demo.db"}}}})
    done = desk.run(
        "data-check", "--site", "icu", "-p", str(TOP / "demo/data-check.yaml"), "--format", "json"
    )
    assert done.code == 2
    (finding,) = done.object["findings"]
    assert finding["check"] == "data.orders.owner"
    assert (finding["metrics"]["checked"], finding["metrics"]["bad"]) == (430, 30)
