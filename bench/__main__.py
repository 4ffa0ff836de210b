"""Runs the whole bench: `python -m bench`, set by BENCH_HOSTS, BENCH_RUNS and BENCH_TOOLS."""

from __future__ import annotations

import getpass
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.backups import backups_limits, measure_backups, render_backups
from bench.drill import drill_limits, measure_drill, render_drill
from bench.figures import Sample, limits, paper_limits, summarise
from bench.fleet import find_sshd, fleet, make_keys, write_known_hosts
from bench.knowledge import knowledge_limits, measure_knowledge, render_knowledge
from bench.looks import write_log
from bench.paper import measure_paper
from bench.scene import OUT, Scene, Tool
from bench.slowlog import measure_slow_log, render_slow_log, slow_log_limits
from bench.startup import measure_startup
from bench.table import render, render_limits, render_paper, render_startup
from bench.tools import ansible, hmaint, paramiko, pyinfra, xargs
from bench.trial import try_tool
from bench.tuning import measure_tuning, render_tuning, tuning_limits
from bench.upgrade import measure_upgrade, render_upgrade, upgrade_limits
from bench.years import measure_years, render_years, years_limits

TOOLS = (hmaint.TOOL, ansible.TOOL, pyinfra.TOOL, paramiko.TOOL, xargs.TOOL)


def main() -> int:
    """Measure, print, keep the numbers. 0 when measured, 69 when this machine cannot be a fleet."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # either way of stopping tidies up
    unfit = _unfit()
    if unfit:
        sys.stderr.write(f"bench: {unfit}\n")
        return 69
    wanted = os.environ.get("BENCH_TOOLS", "").split() or [tool.name for tool in TOOLS]
    chosen = [tool for tool in TOOLS if tool.name in wanted]
    present = [tool for tool in chosen if not _say_missing(tool)]
    counts = [int(word) for word in os.environ.get("BENCH_HOSTS", "1 10 50").split()]
    runs = int(os.environ.get("BENCH_RUNS", "5"))
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    samples: list[Sample] = []
    for count in counts:
        samples += _measure(present, count, runs)
    _publish(samples, measure_startup(), measure_paper())
    return 0


def _unfit() -> str:
    if platform.system() != "Linux":
        return "the fleet needs Linux"
    if find_sshd() is None or shutil.which("ssh-keygen") is None:
        return "sshd is not installed (Debian: openssh-server)"
    return ""


def _say_missing(tool: Tool) -> str:
    absent = tool.missing()
    if absent:
        sys.stderr.write(f"bench: {tool.title} left out: {absent}\n")
    return absent


def _measure(tools: list[Tool], count: int, runs: int) -> list[Sample]:
    """One fleet, every tool in turn, as many rounds as asked.

    One round before them warms all up alike; in one after them memory is measured and time is not.
    """
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory(prefix="hb") as short:
        folder = OUT / str(count)
        folder.mkdir()
        make_keys(folder)
        write_log(folder / "app.log")
        with fleet(folder, count) as servers:
            known = write_known_hosts(folder, servers.hosts)
            user = getpass.getuser()
            scene = Scene(
                folder, Path(short), servers.hosts, folder / "client_key", known, folder / "app.log", user
            )
            rounds = ["warm-up", *(f"run {number}" for number in range(1, runs + 1)), "memory"]
            for each in rounds:
                for tool in tools:
                    sample = try_tool(tool, scene, servers, memory=each == "memory")
                    _progress(sample, each)
                    samples += [sample] if each != "warm-up" or sample.problem else []
    return samples


def _progress(sample: Sample, what: str) -> None:
    said = f"{sample.peak_kb / 1024:.0f} MB" if sample.memory else f"{sample.wall:.2f} s"
    sys.stderr.write(f"bench: {sample.hosts} hosts, {what}, {sample.tool}: {sample.problem or said}\n")


def _publish(samples: list[Sample], startup: dict[str, float], paper: dict[str, float]) -> None:
    keys = dict.fromkeys((sample.tool, sample.hosts) for sample in samples)
    figures = [summarise([one for one in samples if (one.tool, one.hosts) == key]) for key in keys]
    known = measure_knowledge()
    backups = measure_backups()
    years = measure_years()
    drill = measure_drill()
    upgrade = measure_upgrade()
    slow_log = measure_slow_log()
    tuning = measure_tuning()
    held = (
        limits(figures, startup)
        + drill_limits(drill)
        + upgrade_limits(upgrade)
        + paper_limits(paper)
        + knowledge_limits(known)
        + backups_limits(backups)
        + years_limits(years)
        + slow_log_limits(slow_log)
        + tuning_limits(tuning)
    )
    titles = {tool.name: tool.title for tool in TOOLS}
    told = "\n\n".join(
        (
            render(figures, titles),
            render_startup(startup),
            render_paper(paper),
            render_knowledge(known),
            render_drill(drill),
            render_upgrade(upgrade),
            render_backups(backups),
            render_years(years),
            render_slow_log(slow_log),
            render_tuning(tuning),
            render_limits(held),
        )
    )
    sys.stdout.write(f"{told}\n")
    record = {
        "schema": "hmaint.bench/1",
        "machine": {
            "cpus": os.cpu_count(),
            "kernel": platform.release(),
            "python": platform.python_version(),
        },
        "figures": [asdict(figure) for figure in figures],
        "samples": [asdict(sample) for sample in samples],
        "startup_seconds": startup,
        "paper_seconds": paper,
        "knowledge": known,
        "drill": drill,
        "upgrade": upgrade,
        "years": years,
        "backups": backups,
        "slow_log": slow_log,
        "tuning": tuning,
        "limits": [asdict(limit) for limit in held],
    }
    (OUT / "bench.json").write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
