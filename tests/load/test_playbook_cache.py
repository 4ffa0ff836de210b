"""Playbooks are taken out of the cache for as long as every file they may be made of is the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.kinds import KINDS
from hmaint.errors import BadFile
from hmaint.kit.frozen import dataclass
from hmaint.load import playbook_read
from hmaint.load.playbook import Kinds, list_playbooks, load_playbook, render_args
from hmaint.model.playbook import Playbook, Risk
from hmaint.step.kind import Args

OWN = """\
name: inspect/own
title: 自己的巡检
include: [checks/own]
vars: {most: 80}
steps:
  - id: own.disk
    title: 磁盘
    do: shell
    on: {hosts: {}}
    with: {run: "df -PkT {{ vars.where }}", parse: df}
    expect: {used_pct: {critical: {gt: "{{ vars.most }}"}}}
"""
PART = """\
name: checks/own
title: 一部分
vars: {where: /data}
steps:
  - {id: own.kernel, title: 内核, do: file, on: {hosts: {}}, with: {path: /proc/version}, keep: true}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".hmaint").mkdir()
    for name, text in (("inspect/own", OWN), ("checks/own", PART)):
        _write(tmp_path, name, text)
    return tmp_path


def _write(root: Path, name: str, text: str) -> None:
    path = root / "playbooks" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playbook_read, "read_playbook", lambda *_a, **_k: pytest.fail("it was read again"))


def _load(root: Path, name: str = "inspect/own", kinds: Kinds = KINDS) -> Playbook:
    return load_playbook(name, workspace=root, kinds=kinds)


def test_every_shipped_playbook_is_kept_and_comes_back_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those include all files of checks, which are not read once more alone.
    names = [name for name, _title, _path in list_playbooks(root) if not name.startswith("checks/")]
    read = {name: _load(root, name) for name in names}
    assert sum(len(playbook.steps) for playbook in read.values()) > 1_000
    _forbid(monkeypatch)
    for name in names:
        kept = _load(root, name)
        assert kept == read[name]
        assert [type(step.args) for step in kept.steps] == [type(step.args) for step in read[name].steps]


def test_arguments_out_of_the_cache_are_rendered_and_held_like_any_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load(root)
    _forbid(monkeypatch)
    step = _load(root).steps[1]
    args = render_args(step, KINDS["shell"], {"vars": {"where": "/my data"}})
    assert args.run == "df -PkT '/my data'"
    assert render_args(_load(root).steps[0], KINDS["file"], {}) is not None


@pytest.mark.parametrize("name", ["inspect/own", "checks/own"])
def test_a_change_of_any_file_that_took_part_is_seen(root: Path, name: str) -> None:
    first = _load(root)
    path = root / "playbooks" / f"{name}.yaml"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: 新的"), "utf-8")
    assert _load(root) != first
    path.write_text("name: [", "utf-8")
    for _time in range(2):
        with pytest.raises(BadFile):
            _load(root)


def test_a_file_of_ones_own_that_takes_the_place_of_a_shipped_one_is_seen(root: Path) -> None:
    _write(root, "inspect/own", OWN.replace("[checks/own]", "[checks/own, checks/sqlite]"))
    first = _load(root)
    _write(
        root,
        "checks/sqlite",
        PART.replace("own", "sqlite").replace("name: checks/sqlite", "name: checks/sqlite"),
    )
    second = _load(root)
    assert {step.id for step in first.steps} > {step.id for step in second.steps} - {"sqlite.kernel"}
    assert "sqlite.kernel" in {step.id for step in second.steps}


def test_a_file_that_is_replaced_while_it_is_read_is_not_kept_for_what_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = root / "playbooks" / "checks" / "own.yaml", playbook_read.read_playbook

    def replaced(*words: Any, **named: Any) -> Playbook:
        path.write_text(PART.replace("内核", "别的"), "utf-8")
        return read(*words, **named)

    monkeypatch.setattr(playbook_read, "read_playbook", replaced)
    assert _load(root).steps[0].title == "别的"
    monkeypatch.undo()
    path.write_text(PART, "utf-8")
    assert _load(root).steps[0].title == "内核"


def test_what_lies_beside_and_cannot_be_read_costs_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "playbooks" / "folder.yaml").mkdir()
    (root / "playbooks" / "gone.yaml").symlink_to(root / "nowhere")
    (root / "playbooks" / "huge.yaml").write_bytes(b"#" * 20_000_000)
    first = _load(root)
    _forbid(monkeypatch)
    assert _load(root) == first


@dataclass(frozen=True, slots=True)
class _Nothing(Args):
    """A stranger's arguments."""


class _Stranger:
    risk = Risk.READ
    args = _Nothing
    templates: frozenset[str] = frozenset()


def test_what_names_a_strangers_kind_of_step_is_read_each_time(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: Mapping[str, Any] = {**KINDS, "strange": _Stranger()}
    _write(
        root,
        "checks/own",
        PART.replace("do: file", "do: strange").replace(", with: {path: /proc/version}", ""),
    )
    assert _load(root, kinds=kinds).steps[0].do == "strange"
    _forbid(monkeypatch)
    with pytest.raises(pytest.fail.Exception, match="read again"):
        _load(root, kinds=kinds)
