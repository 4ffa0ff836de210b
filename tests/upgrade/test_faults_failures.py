"""Steps, services, disks and verifications that fail: put back by itself, or stopped for a person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.end_to_end.desk import Written
from tests.services.fixtures import running
from tests.services.upgradable import Upgradable
from tests.upgrade.faults import FAILURES, Book
from tests.upgrade.ground import APP, Ground, shell, step, verify, window
from tests.upgrade.short import Short, short_steps

BOOK = Book(FAILURES)
BIG = os.urandom(3_000_000)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One machine with a data disk of 2 MB."""
    folder = tmp_path_factory.mktemp("upgrade")
    with ExitStack() as stack:
        machine = stack.enter_context(running(Upgradable(folder / "a", data_kb=2_000)))
        yield Ground(folder / "ground", {"a": machine})


def _before(words: str, equals: str) -> list[Written]:
    return [{**verify(words, equals)[0], "id": "app.before"}]


def _end(fault: str, short: Short, plan: str, *words: str) -> str:
    """Approve, run, and hold the end against the table; what was said on stderr."""
    done = short.ground.upgrade(plan, *words)
    assert "Traceback" not in done.err
    BOOK.ends(fault, done.code, short.state())
    return done.err


@pytest.mark.matrix
def test_a_reboot_that_works_goes_on_afterwards(short: Short) -> None:
    reboot = {
        "id": "reboot",
        "title": "重启",
        "do": "reboot",
        "on": "hosts",
        "timeout": "60s",
        "estimate": "5s",
    }
    steps = short_steps()
    machine = short.ground.machines["a"]
    thread = machine.obey()
    _end("UF10 back", short, short.plan(name="reboot", steps=[*steps[:3], reboot, *steps[3:]]))
    thread.join(10)
    short.is_new()


@pytest.mark.matrix
def test_a_reboot_from_which_the_host_does_not_come_back_in_time_pauses(short: Short) -> None:
    reboot = {
        "id": "reboot",
        "title": "重启",
        "do": "reboot",
        "on": "hosts",
        "timeout": "6s",
        "estimate": "5s",
    }
    steps = short_steps()
    machine = short.ground.machines["a"]
    thread = machine.obey(come_back=False)
    plan = short.plan(name="gone", steps=[*steps[:3], reboot, *steps[3:]])
    _end("UF10", short, plan, "--patience", "3s")
    thread.join(10)
    assert not any(line.startswith("undo") for line in short.ground.ledger("a"))
    machine.come_up()
    done = short.rollback()
    assert (done.code, short.state()) == (1, "rolled_back"), done.err
    short.is_old()


@pytest.mark.matrix
@pytest.mark.parametrize("where", ["to", "staging"])
def test_no_room_for_the_file_that_is_brought(short: Short, where: str) -> None:
    made = short.ground.artefact("big", BIG)
    artefacts = {"release": _release(short), "big": made}
    more: Written = {"vars": {"hmaint_folder": "/srv/data/runs"}} if where == "staging" else {}
    bring = step("bring", "upload", artefact="big", to="/srv/data/big" if where == "to" else f"{APP}/big")
    steps = short_steps()
    plan = short.plan(name=f"big-{where}", artefacts=artefacts, steps=[*steps[:1], bring, *steps[1:]], **more)
    said = _end("UF11", short, plan)
    assert "bring@a" in said
    short.is_old()
    data = short.ground.machines["a"]
    assert not (data.at(APP) / "big").exists()


def _release(short: Short) -> Written:
    import yaml  # noqa: PLC0415 - one use

    path = short.ground.desk.root / short.plan(name="again")
    return dict(yaml.safe_load(path.read_text("utf-8"))["artefacts"]["release"])


@pytest.mark.matrix
def test_a_step_in_the_middle_fails(short: Short) -> None:
    broken = shell("broken", "echo no licence >&2; exit 3", "false", ":")
    said = _end("UF15 step", short, short.plan(name="broken", steps=[*short_steps()[:3], broken]))
    assert "no licence" in said
    short.is_old()


def test_a_step_that_took_effect_although_it_failed_is_never_done_twice(short: Short) -> None:
    steps = short_steps()
    steps[2]["with"]["run"] += "\nexit 3"
    steps[2]["probe"] = f'[ -e {APP}/told ] || {{ echo cannot tell; exit 5; }}; [ "$(cat {APP}/count)" = 8 ]'
    plan = short.plan(name="effect", steps=steps, rollback="ask")
    assert (short.ground.upgrade(plan).code, short.state()) == (2, "paused")
    asked = short.resume()
    assert (asked.code, short.state()) == (2, "needs_person"), asked.err
    assert "--decide count@a=continue" in asked.err
    assert short.ground.ledger("a").count("do count@a") == 1
    done = short.resume("--decide", "count@a=continue")
    assert (done.code, short.state()) == (0, "done"), done.err
    short.is_new()
    short.reset()
    assert (short.ground.upgrade(plan).code, short.state()) == (2, "paused")
    short.ground.machines["a"].at(f"{APP}/told").touch()
    done = short.resume()  # now the probe can tell
    short.ground.machines["a"].at(f"{APP}/told").unlink()
    assert (done.code, short.state()) == (0, "done"), done.err
    short.is_new()


def test_the_verification_fails_after_everything_was_done(short: Short) -> None:
    plan = short.plan(name="unverified", verify=verify(equals="1.2"))
    _end("UF15", short, plan)
    short.is_old()
    assert "undo start@a" in short.ground.ledger("a")


def test_a_failed_undo_stops_at_once_keeps_the_lock_and_never_loops(short: Short) -> None:
    steps = short_steps()
    steps[2]["undo"] = "echo 'undo count' >> /srv/ledger; echo cannot >&2; exit 1"
    broken = shell("broken", "exit 3", "false", ":")
    said = _end("UF13", short, short.plan(name="stuck", steps=[*steps[:4], broken]))
    assert "count@a" in said
    ledger = short.ground.ledger("a")
    assert ledger.count("undo count") == 1
    assert "undo stop@a" not in ledger
    again = short.ground.upgrade(short.plan(name="next"))
    assert again.code == 77, again.err
    _mended(short)


def _mended(short: Short) -> None:
    """A person has put it right: the run is closed, so that the next can begin."""
    done = short.rollback()
    if done.code not in {0, 1}:
        acts = short.ground.status()["acts"]
        stuck = [each["id"] for each in acts if (each["state"], each["doing"]) == ("failed", "undo")]
        assert all(f"--decide {each}=restore" in done.err for each in stuck), done.err
        words = [word for each in stuck for word in ("--decide", f"{each}=restore")]
        done = short.resume(*words)
    assert done.code == 1, done.err
    assert short.state() == "rolled_back"


@pytest.mark.matrix
def test_an_old_release_that_does_not_verify_after_the_undo_needs_a_person(short: Short) -> None:
    licence = short.ground.machines["a"].at(APP) / "licence"
    licence.write_text("valid\n")
    burn = shell("burn", f"rm {APP}/licence", f"[ ! -e {APP}/licence ]", ":", undone="exit 0")
    preflight = _before(f"cat {APP}/licence || echo gone", "valid")
    broken = shell("broken", "exit 3", "false", ":")
    _end("UF14", short, short.plan(name="burnt", preflight=preflight, steps=[burn, broken]))
    licence.write_text("valid\n")
    _mended(short)


def _service(start: str) -> Written:
    words = {
        "state": "started",
        "stable": "1s",
        "start": start,
        "stop": f"rm -f {APP}/running",
        "running": f"[ -e {APP}/running ]",
    }
    head: Written = {"id": "start", "title": "start", "do": "service", "on": "hosts"}
    return {**head, "with": words, "timeout": "10s", "estimate": "1s"}


@pytest.mark.matrix
def test_a_service_that_never_comes_up(short: Short) -> None:
    _end("UF30 never", short, short.plan(name="never", steps=[*short_steps()[:4], _service("true")]))
    short.is_old()


@pytest.mark.matrix
def test_a_service_that_dies_while_it_is_observed(short: Short) -> None:
    start = f": > {APP}/running; (sleep 4; rm -f {APP}/running) >/dev/null 2>&1 </dev/null &"
    plan = short.plan(
        name="dies",
        steps=[*short_steps()[:4], _service(start)],
        verify=verify(f"[ -e {APP}/running ] && echo up || echo down", "up"),
        observe={"for": "20s", "every": "1s"},
    )
    _end("UF30 dies", short, plan)
    short.is_old()


@pytest.mark.matrix
def test_the_window_ends_during_the_run_and_the_overrun_is_told(short: Short) -> None:
    going = short.holding(
        short.plan("count", name="late", window=window(-30, 30), rollback={"on_overrun": "finish"})
    )
    short.ground.machines["a"].set_clock(3600)
    short.go()
    done = going.wait(60)
    short.ground.machines["a"].set_clock(0)
    BOOK.ends("UF21", done.code, short.state())
    short.is_new()
    assert '"act":"overrun"' in short.journal().read_text()


@pytest.mark.matrix
def test_the_window_ends_during_the_run_and_the_plan_says_rollback(short: Short) -> None:
    going = short.holding(
        short.plan("count", name="late-back", window=window(-30, 30), rollback={"on_overrun": "rollback"})
    )
    short.ground.machines["a"].set_clock(3600)
    short.go()
    done = going.wait(60)
    short.ground.machines["a"].set_clock(0)
    BOOK.ends("UF21 back", done.code, short.state())
    short.is_old()


@pytest.mark.matrix
def test_a_report_that_cannot_be_made_leaves_the_run_complete_and_is_made_later(short: Short) -> None:
    folder = short.ground.desk.root / "report_templates" / "upgrade-report"
    folder.mkdir(parents=True)
    (folder / "template.docx").write_bytes(b"no word file")
    _end("UF40", short, short.plan(name="unreported"))
    failed = short.ground.desk.run("upgrade", "report")
    assert failed.code == 78, failed.err
    assert short.state() == "done"
    (folder / "template.docx").unlink()
    folder.rmdir()
    made = short.ground.desk.run("upgrade", "report")
    assert made.code == 0, made.err
    short.is_new()
