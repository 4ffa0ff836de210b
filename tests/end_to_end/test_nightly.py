"""The nightly line as cron runs it: one mail, one lock, one file for pollers, whatever kills it in between."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from hmaint.app.results import conclude
from hmaint.app.world import World
from hmaint.cli.rim import guarded
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import speak
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import TargetResult
from hmaint.store.lock import alone
from tests.end_to_end.desk import Desk, Done, Tagged
from tests.services.fixtures import running
from tests.services.hooks import Hooks
from tests.services.smalldisk import SmallDisk
from tests.store.samples import a_run

DUMP = """-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
--
-- Host: localhost    Database: {name}
-- ------------------------------------------------------
CREATE TABLE `t` (`a` int);
INSERT INTO `t` VALUES (1),(2);
-- Dump completed on {now:%Y-%m-%d %H:%M:%S}
"""
NIGHT = ("backup-verify", "--all", "--quiet")


class Ward(Desk):
    """Three sites, a backup each, on this very machine."""

    def __init__(self, folder: Path, **environ: str) -> None:
        super().__init__(folder, **environ)
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.equip()
        for site in ("icu", "lis", "his"):
            self.back_up(site)

    def equip(self, pause: float = 0.01, **more: object) -> None:
        titles = {"icu": "重症监护系统", "lis": "检验系统", "his": "医院信息系统"}
        sites = {
            name: {
                "name": title,
                "backups": {f"{name}-full": {"path": f"{self.backups}/{name}-%Y%m%d.sql.gz"}},
            }
            for name, title in titles.items()
        }
        self.write_inventory(sites, defaults={"vars": {"backup_pause": pause}}, **more)

    def file_of(self, site: str) -> Path:
        return self.backups / f"{site}-{datetime.now(CHINA):%Y%m%d}.sql.gz"

    def back_up(self, site: str) -> None:
        text = DUMP.format(name=site, now=datetime.now(CHINA))
        self.file_of(site).write_bytes(gzip.compress(text.encode()))

    def spoil(self, site: str) -> None:
        whole = self.file_of(site).read_bytes()
        self.file_of(site).write_bytes(whole[: len(whole) * 6 // 10])

    def run(
        self, *words: str, limit: float = 60, lang: str = "zh", stdin: bytes = b"", **environ: str
    ) -> Done:
        """Run a command to its end within this process: a hundred of them start in the time of ten."""
        del limit, stdin
        out, err = io.StringIO(), io.StringIO()
        before, began = signal.getsignal(signal.SIGTERM), time.monotonic()
        every = {**self.environ, **environ}
        with (
            patch.dict(os.environ, every, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            contextlib.chdir(self.root),
        ):
            speak(lang)
            code = guarded(list(words), verbose=False)
        signal.signal(signal.SIGTERM, before)
        speak("zh")
        self._runs += 1
        said = self.folder / "said"
        said.mkdir(exist_ok=True)
        (said / f"within-{self._runs}").write_text(out.getvalue() + err.getvalue(), "utf-8")
        return Done(code, out.getvalue(), err.getvalue(), 0.0, time.monotonic() - began)

    def status(self, *words: str) -> Done:
        return self.run("backup-verify", "--status", *words)

    def levels(self) -> dict[str, str]:
        found = self.status("--format", "json").object
        assert found["schema"] == "hmaint.backup-status/1"
        return {each["backup"]: each["level"] for each in found["backups"]}


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path / "desk")


def test_a_night_on_which_all_is_well_sends_no_mail(ward: Ward) -> None:
    done = ward.run(*NIGHT)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_the_mail_says_only_what_is_not_fine_and_what_to_do(ward: Ward) -> None:
    ward.spoil("lis")
    done = ward.run(*NIGHT)
    assert done.code == 2
    lines = done.out.splitlines()
    assert lines[0] == "【严重】检验系统（lis）备份核验：1 份中 1 份异常"
    assert lines[1] == "● lis-full：严重"
    assert any(line.startswith("    建议：") for line in lines)
    assert re.fullmatch(r"核验记录 R-\d{8}-\d{6}-lis，校验值 [0-9a-f]{16}", lines[-1])
    assert "icu" not in done.out
    assert max(len(line) for line in lines) < 200
    assert done.err == ""


def test_a_collectors_file_is_put_in_place_beside_the_mail(ward: Ward, tmp_path: Path) -> None:
    ward.spoil("lis")
    file = tmp_path / "hmaint.prom"
    done = ward.run(*NIGHT, "--output", str(file))
    assert (done.code, done.out.splitlines()[0][:4]) == (2, "【严重】")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert_exposition(file.read_text("utf-8"))
    assert (
        'hmaint_check_level{site="lis",target="lis-full",check="backup.container.truncated"} 2'
        in file.read_text()
    )
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def assert_exposition(text: str) -> None:
    """What Prometheus takes: a value a series, each series once, its kind told before."""
    series = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert series
    assert len(series) == len(set(series))
    for line in text.splitlines():
        assert re.fullmatch(
            r"# (HELP|TYPE) .+|[a-z_]+(\{([a-z_]+=\"(?:[^\"\\\n]|\\.)*\",?)*\})? -?[0-9.e+]+", line
        ), line


def test_output_wants_to_know_its_format_and_its_folder_before_anything_is_looked_at(ward: Ward) -> None:
    assert ward.run(*NIGHT, "--output", "x.txt").code == 64
    assert ward.run(*NIGHT, "--output", "/nowhere/x.prom").code == 64
    assert not (ward.root / ".hmaint" / "records.db").exists()
    assert ward.run(*NIGHT, "--output", "x.txt", "--format", "nagios").code == 0
    assert (ward.root / "x.txt").read_text("utf-8").startswith("HMAINT OK - icu,lis,his ")


def test_status_answers_from_the_last_results_and_touches_nothing(ward: Ward) -> None:
    never = ward.status()
    assert never.code == 3
    assert "从未核验过" in never.out
    assert not (ward.root / ".hmaint").exists()
    ward.spoil("his")
    ward.run(*NIGHT)
    kept = {path: path.stat().st_mtime_ns for path in (ward.root / ".hmaint").rglob("*")}
    for site in ("icu", "lis", "his"):
        ward.file_of(site).unlink()
    assert ward.levels() == {"icu-full": "ok", "lis-full": "ok", "his-full": "critical"}
    assert ward.status("--site", "icu").code == 0
    assert ward.status("--site", "icu", "--quiet").out == ""
    assert {path: path.stat().st_mtime_ns for path in (ward.root / ".hmaint").rglob("*")} == kept
    line = ward.status("--format", "nagios").out
    assert re.fullmatch(
        r"HMAINT BACKUP CRITICAL - .*his/his-full[:：].* \| 'ok'=2;;;0;3 .*'oldest'=\d+s;93600;93600;0;\n",
        line,
    )
    assert_exposition(ward.status("--format", "prometheus").out)
    time.sleep(1.1)
    assert ward.status("--site", "icu", "--max-age", "1s").code == 2
    assert ward.status("--max-age", "tomorrow").code == 64
    assert ward.status("--site", "icv").code == 64
    assert ward.status("--format", "junit").code == 64
    assert ward.status("-b", "icu*").code == 0
    assert ward.status("-b", "his-full", "-b", "icu-full").code == 2
    assert ward.status("-b", "none").code == 64
    assert ward.status("--restore").code == 64


def test_status_for_an_english_speaker(ward: Ward) -> None:
    ward.run(*NIGHT)
    assert (
        "backups verified, all ok"
        in ward.run("backup-verify", "--status", "--format", "nagios", lang="en").out
    )


def held(ward: Ward, site: str) -> Any:
    at = datetime.now(CHINA)
    return alone(
        ward.root / ".hmaint" / "locks",
        f"backup-{site}",
        what="backup-verify --restore",
        operator="李工",
        at=at,
    )


def test_a_second_one_is_refused_and_told_who_is_at_it(ward: Ward) -> None:
    ward.run(*NIGHT)
    with held(ward, "icu"):
        done = ward.run("backup-verify", "--site", "icu", "--quiet")
        assert done.code == 77
        for word in ("backup-verify --restore", "李工"):
            assert word in done.err
        assert len(done.err.splitlines()) == 1
        # The others are verified all the same, and the night was not a whole one.
        done = ward.run(*NIGHT)
        assert (done.code, done.out) == (3, "")
        assert "icu" in done.err
    assert ward.run("backup-verify", "--site", "icu", "--quiet", "--wait", "20s").code == 0


def test_who_waits_gets_in_when_the_other_ends(ward: Ward) -> None:
    ward.run(*NIGHT)
    with held(ward, "icu"):
        waiting = ward.start("backup-verify", "--site", "icu", "--wait", "60s")
        waiting.wait_for("李工")
        time.sleep(0.3)
        assert waiting.process.poll() is None
    assert waiting.wait(60).code == 0


def test_a_killed_one_is_in_nobodys_way_and_pollers_see_the_result_before_it(ward: Ward) -> None:
    ward.run(*NIGHT)
    ward.equip(pause=20)
    ward.spoil("icu")
    going = ward.start("backup-verify", "--site", "icu", "-v")
    going.wait_for("R-")
    assert ward.run("backup-verify", "--site", "icu").code == 77
    going.send(signal.SIGKILL)
    going.wait(20)
    assert ward.levels()["icu-full"] == "ok"
    ward.equip()
    assert ward.run("backup-verify", "--site", "icu", "--quiet").code == 2
    assert ward.levels()["icu-full"] == "critical"


def test_one_that_is_told_to_stop_stops_and_lets_go(ward: Ward) -> None:
    ward.equip(pause=20)
    going = ward.start("backup-verify", "--site", "icu", "-v")
    going.wait_for("R-")
    going.send(signal.SIGTERM)
    done = going.wait(20)
    assert (done.code, done.out) == (143, "")
    assert list((ward.root / ".hmaint" / "locks").glob("*.holder")) == []
    assert ward.levels()["icu-full"] == "unknown"
    ward.equip()
    assert ward.run("backup-verify", "--site", "icu", "--quiet").code == 0


def kill_at(ward: Ward, seconds: float) -> None:
    going = ward.start(*NIGHT)
    time.sleep(seconds)
    going.send(signal.SIGKILL)
    going.wait(20)


@pytest.mark.parametrize("count", [4, pytest.param(150, marks=pytest.mark.matrix)])
def test_killed_at_any_moment_it_leaves_a_result_that_is_the_old_or_the_new_one(
    ward: Ward, count: int
) -> None:
    chance = random.Random(20261125)  # noqa: S311 - no secret
    began = time.monotonic()
    ward.run(*NIGHT)
    whole = time.monotonic() - began
    for number in range(count):
        # Never called tampered with, and never anything but what was found.
        (ward.spoil if number % 2 else ward.back_up)("lis")
        kill_at(ward, chance.uniform(0.2, 1.0) * whole)
        found = ward.levels()
        assert found["icu-full"] in ("ok", "unknown"), ward.status().out
        assert "记录被改" not in ward.status().out
    ward.back_up("lis")
    ward.run(*NIGHT)
    assert set(ward.levels().values()) == {"ok"}
    assert ward.run("audit", "verify").code in (0, 1)
    assert list((ward.root / ".hmaint" / "results").rglob(".*")) == []


WRITER = """
import itertools, sys
from datetime import datetime, timezone
from pathlib import Path
from hmaint.model.playbook import Level
from hmaint.store.results import Result, write_last
path = Path(sys.argv[1])
for number in itertools.count():
    at = datetime.fromtimestamp(number, timezone.utc)
    results = {str(n): Result(str(n), Level.OK, "x" * 200, at, str(number)) for n in range(200)}
    write_last(path, {"number": number}, results)
    print(number, flush=True)
"""


@pytest.mark.parametrize("count", [5, pytest.param(300, marks=pytest.mark.matrix)])
def test_the_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path, count: int) -> None:
    chance, path = random.Random(7), tmp_path / "last.json"  # noqa: S311 - no secret
    for _number in range(count):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)  # noqa: S603 - our own
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.1))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        body = json.loads(path.read_bytes())
        assert {each["run"] for each in body["targets"]} == {str(body["number"])}
        assert len(body["targets"]) == 200


class Then:
    """Some days ago."""

    def __init__(self, ago: timedelta) -> None:
        self.time = datetime.now(CHINA) - ago

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


def verified(ward: Ward, ago: timedelta) -> None:
    """Keep a verification of icu as one of then would have been kept."""
    workspace = Workspace(ward.root, ward.root / "inventory.yaml")
    world = World(workspace, Then(ago), {}, "张工", "zhang")
    now = world.clock.now()
    run = replace(
        a_run(f"R-{now:%Y%m%d-%H%M%S}-icu"), command="backup-verify", playbook="backup-verify", started_at=now
    )
    world.records.begin_run(run)
    world.records.append(run.id, "icu", TargetResult("icu-full", "backup", Level.OK, 1), [], [])
    world.records.finish_run(run.id, now, Level.OK)
    conclude(world, world.records.run(run.id))
    world.records.dispose()


def test_nights_without_cron_are_heard_of_found_by_the_next_run_and_over_with_the_one_after(
    ward: Ward,
) -> None:
    verified(ward, timedelta(days=4))
    heard = ward.run("runs", "list")
    assert "icu" in heard.err
    assert ward.levels()["icu-full"] == "critical"
    done = ward.run("backup-verify", "--site", "icu", "--format", "json")
    assert done.code == 2
    finding = done.finding("icu-full", "backup.nights.missing")
    assert finding is not None
    assert finding["metrics"]["nights"] in (3, 4)
    assert "夜的核验" in finding["summary"]
    again = ward.run("backup-verify", "--site", "icu", "--format", "json")
    assert again.code == 0
    gone = again.finding("icu-full", "backup.nights.missing")
    assert gone is None or gone["state"] == "resolved"
    assert "icu" not in ward.run("runs", "list").err


def test_without_gaps_nobody_hears_anything(ward: Ward) -> None:
    verified(ward, timedelta(hours=20))
    assert ward.run("runs", "list").err == ""
    assert ward.run("backup-verify", "--site", "icu", "--quiet").code == 0


def test_a_verdict_edited_in_the_records_fails_the_next_night(ward: Ward) -> None:
    ward.spoil("lis")
    ward.run(*NIGHT)
    with sqlite3.connect(ward.root / ".hmaint" / "records.db") as records:
        records.execute("update checks set level = 'ok' where target = 'lis-full'")
        records.execute("update targets set level = 'ok' where name = 'lis-full'")
    records.close()
    assert ward.run("audit", "verify").code == 2
    ward.back_up("lis")
    done = ward.run(*NIGHT)
    assert done.code == 2
    assert "记录被改" in done.out


def test_a_chain_that_was_rewritten_fails_the_night_of_every_site(ward: Ward) -> None:
    ward.run(*NIGHT)
    trail = ward.root / ".hmaint" / "results.jsonl"
    lines = trail.read_bytes().splitlines(keepends=True)
    trail.write_bytes(b"".join(lines[:1] + lines[2:]))
    done = ward.run(*NIGHT)
    assert done.code == 2
    assert done.err
    assert set(ward.levels().values()) == {"critical"}
    assert ward.run("audit", "verify").code == 2


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    made = Hooks().start()
    yield made
    made.stop()


def test_people_are_told_of_changes_and_nothing_about_it_can_break_the_night(
    tmp_path: Path, hooks: Hooks
) -> None:
    ward = Ward(tmp_path / "desk", GROUP=hooks.url("/send?key=s3cr3tk3y"))
    channels = {"group": {"wecom": Tagged("!env GROUP"), "timeout": "5s"}}
    ward.equip(notify={"channels": channels})
    assert ward.run(*NIGHT).code == 0
    assert hooks.calls == []
    ward.spoil("lis")
    assert ward.run(*NIGHT).code == 2
    assert ward.run(*NIGHT).code == 2
    (call,) = hooks.calls
    assert call.body["text"]["content"].startswith(
        "【严重】检验系统：备份核验：1 份中 1 份异常\n● lis-full：严重"
    )
    hooks.status = 500
    ward.back_up("lis")
    done = ward.run(*NIGHT)
    assert (done.code, done.out) == (0, "")
    assert "HTTP 500" in done.err
    doctor = ward.run("doctor", "--format", "json")
    assert any("HTTP 500" in answer["said"] for answer in doctor.object["answers"])
    for name, data in ward.bytes_kept():
        assert b"s3cr3tk3y" not in data, name


def test_a_notice_on_trial_says_which_channels_work(tmp_path: Path, hooks: Hooks) -> None:
    ward = Ward(tmp_path / "desk", GROUP=hooks.url("/send?key=s3cr3tk3y"))
    assert ward.run("doctor", "--send-test").code == 3
    ward.equip(
        notify={
            "channels": {"group": {"wecom": Tagged("!env GROUP")}, "dead": {"json": "http://127.0.0.1:9/"}}
        }
    )
    done = ward.run("doctor", "--send-test", "--format", "json")
    assert done.code == 2
    assert [answer["level"] for answer in done.object["answers"]] == ["ok", "critical"]
    assert hooks.calls[0].body["text"]["content"].startswith("【测试】某某医院：测试消息")


def test_a_disk_that_is_full_costs_no_verdict_and_no_word_to_people(tmp_path: Path, hooks: Hooks) -> None:
    ward = Ward(tmp_path / "desk", GROUP=hooks.url("/send?key=k"))
    ward.equip(notify={"channels": {"group": {"wecom": Tagged("!env GROUP")}}})
    with running(SmallDisk(ward.root / ".hmaint", 12)) as disk:
        assert ward.run(*NIGHT).code == 0
        ward.spoil("lis")
        disk.fill()
        done = ward.run(*NIGHT)
        assert "Traceback" not in done.err
        # Room for a run is set aside beforehand.
        assert (done.code, done.out[:13]) == (2, "【严重】检验系统（lis）")
        assert ward.levels()["lis-full"] == "critical"
        disk.free()
        assert ward.run(*NIGHT).code == 2
        assert ward.levels() == {"icu-full": "ok", "lis-full": "critical", "his-full": "ok"}
        assert ward.run("audit", "verify").code in (0, 1)
    assert any("lis-full" in call.body["text"]["content"] for call in hooks.calls)
