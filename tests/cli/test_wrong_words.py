"""Words that make no sense are answered in one line, with a status scripts can tell apart, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.golden import compare, settled
from tests.cli.small import small_desk
from tests.end_to_end.desk import Desk, Done

NOBODY_THERE = {
    "nothing": "",
    "no-such-command": "frobnicate",
    "no-such-verb": "runs frobnicate",
    "no-such-option": "inspect --sit icu",
    "no-date-option": "inspect --site icu --date 2026-13-01",
    "no-site": "inspect",
    "unknown-site": "inspect --site icy",
    "site-with-a-path": "inspect --site ../../etc",
    "all-and-site": "inspect --all --site icu",
    "negative-workers": "inspect --site icu --workers -3",
    "workers-no-number": "inspect --site icu --workers many",
    "bad-limit": "inspect --site icu --limit zzz*",
    "unknown-tag": "inspect --site icu --tag nope",
    "unknown-format": "inspect --site icu --format yaml",
    "unknown-language": "inspect --site icu --lang fr",
    "unknown-playbook": "inspect --site icu --playbook inspect/montly",
    "missing-value": "inspect --site",
    "too-much": "inspect icu",
    "no-such-run": "runs show R-19990101-000000-icu",
    "no-such-finding": "finding show F-0000000000",
    "no-finding-named": "finding note",
    "nothing-noted": "finding note F-0000000000",
    "no-such-state": "finding list --state broken",
    "zero-runs": "runs list -n 0",
    "list-as-nagios": "runs list --format nagios",
    "nobody-to-trust": "inventory trust nobody",
    "secret-without-value": "secret set icu-main",
    "no-such-secret": "secret remove icu-main",
    "no-such-folder": "runs list --workspace /nonexistent/hospital",
    "no-such-inventory": "runs list --inventory /nonexistent/inventory.yaml",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return small_desk(tmp_path_factory.mktemp("words"))


def assert_told(done: Done) -> None:
    assert "Traceback" not in done.err
    assert done.out == ""
    assert done.err.startswith(("hmaint: ", "用法：", "Usage: "))


@pytest.mark.parametrize("name", NOBODY_THERE)
def test_wrong_words_get_one_line(desk: Desk, name: str) -> None:
    done = desk.run(*NOBODY_THERE[name].split(), lang="")
    assert_told(done)
    assert done.code in (64, 77, 78)
    compare(f"wrong-{name}.zh", done.code, settled(done.out, desk.root), settled(done.err, desk.root))


@pytest.mark.parametrize("name", ["no-such-command", "unknown-site", "negative-workers", "no-such-folder"])
def test_and_in_english_where_english_is_spoken(desk: Desk, name: str) -> None:
    done = desk.run(*NOBODY_THERE[name].split(), lang="", LANG="en_US.UTF-8")
    assert_told(done)
    assert done.err.isascii()
    compare(f"wrong-{name}.en", done.code, settled(done.out, desk.root), settled(done.err, desk.root))


def test_without_a_workspace_it_says_what_was_looked_for_and_how_to_make_one(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    (desk.root / "inventory.yaml").unlink()
    done = desk.run("inspect", "--site", "icu")
    assert_told(done)
    assert done.code == 78
    for word in ("inventory.yaml", "HMAINT_WORKSPACE", "hmaint init", str(desk.root)):
        assert word in done.err


@pytest.mark.parametrize("named", ["inspect/monthly", "inspect/quarterly"])
def test_a_good_playbook_passes_its_check(desk: Desk, named: str) -> None:
    assert desk.run("playbook", "check", named).code == 0


BAD = {
    "unknown-key": "steps:\n"
    "  - {id: a.b, title: 甲, do: shell, on: hosts, with: {run: 'true'}, keep: true, sevrity: high}\n",
    "duplicate-key": "title: 乙\nsteps: []\n",
    "wrong-type": "steps: web1\n",
    "no-such-kind": "steps:\n  - {id: a.b, title: 甲, do: shel, on: hosts, with: {run: 'true'}, keep: true}\n",
    "no-judgement": "steps:\n  - {id: a.b, title: 甲, do: shell, on: hosts, with: {run: 'true'}}\n",
    "empty-expectation": "steps:\n  - {id: a.b, title: 甲, do: shell, on: hosts, with: {run: 'true'}, expect: {}}\n",
    "template-in-quotes": "vars: {w: x}\nsteps:\n"
    "  - {id: a.b, title: 甲, do: shell, on: hosts, with: {run: \"grep '{{ vars.w }}' /x\"}, keep: true}\n",
    "unknown-variable": "steps:\n"
    "  - {id: a.b, title: 甲, do: shell, on: hosts, with: {run: 'echo {{ vars.nope }}'}, keep: true}\n",
    "writing-query": "steps:\n"
    "  - {id: a.b, title: 甲, do: sql, on: databases, with: {query: delete from bed}, keep: true}\n",
    "evil-regex": "steps:\n"
    "  - {id: a.b, title: 甲, do: log, on: hosts, with: {paths: [/x], patterns: {p: '(a+)+b'}}, subject: pattern,"
    " expect: {count: {warning: {gt: 0}}}}\n",
    "alias-bomb": "steps: &a [*a, *a]\n",
    "python-object": "steps: !!python/object/apply:os.system ['true']\n",
    "many-faults": "mood: good\nsteps:\n  - {id: A B, title: 甲, do: shel, on: host, wiht: {}}\n  - {id: a.b}\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_playbook_is_refused_with_every_fault_at_its_place(desk: Desk, name: str) -> None:
    path = desk.root / "playbooks" / "inspect" / "bad.yaml"
    path.write_text(f"name: inspect/bad\ntitle: 坏剧本\nmode: 远程\n{BAD[name]}", "utf-8")
    done = desk.run("playbook", "check", str(path))
    assert_told(done)
    assert done.code == 78
    assert all("bad.yaml:" in line for line in done.err.splitlines())
    compare(f"playbook-{name}.zh", done.code, settled(done.out, desk.root), settled(done.err, desk.root))
    path.unlink()


def test_a_playbook_in_gbk_says_how_to_save_it(desk: Desk) -> None:
    path = desk.root / "gbk.yaml"
    path.write_bytes("name: inspect/gbk\ntitle: 剧本\nsteps: []\n".encode("gb18030"))
    done = desk.run("playbook", "check", str(path))
    assert_told(done)
    assert done.code == 78
    assert "UTF-8" in done.err
