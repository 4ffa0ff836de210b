"""The printed table."""

from __future__ import annotations

from textwrap import dedent

from bench.figures import RECORD, REPORT, Figure, Limit, paper_limits
from bench.table import render, render_limits, render_paper

TITLES = {"hmaint": "hmaint inspect", "ansible": "Ansible", "xargs": "xargs ssh"}


def test_a_failed_tool_is_printed_as_failed_and_never_with_a_time() -> None:
    figures = [
        Figure(
            "hmaint",
            10,
            3,
            wall=0.5,
            cpu_ms_per_host=30,
            peak_mb=60,
            target_cpu_ms_per_host=40,
            forks_per_host=9,
            wire_kb_per_host=40,
        ),
        Figure(
            "ansible",
            10,
            3,
            wall=13.0,
            cpu_ms_per_host=500,
            peak_mb=300,
            target_cpu_ms_per_host=250,
            wire_kb_per_host=1200,
        ),
        Figure("xargs", 10, 3, problem="3 of 3 runs failed: exit status 123"),
    ]
    assert render(figures, TITLES) == dedent("""\
        10 hosts, medians of 3 interleaved runs
          tool            wall s  CPU ms/host  memory MB  target CPU ms/host  forks/host  kB/host  wall ÷ hmaint
          hmaint inspect    0.50           30         60                  40         9.0       40          1.0 ×
          Ansible          13.00          500        300                 250           -     1200         26.0 ×
          xargs ssh       FAILED: 3 of 3 runs failed: exit status 123""")


def test_limits_say_met_or_not_in_words() -> None:
    told = render_limits(
        [Limit("a", "30.0 ×", met=True), Limit("b", "13.0", met=False), Limit("c", "-", met=None)]
    )
    assert [line.split()[-1] for line in told.splitlines()[1:]] == ["met", "MET", "measured"]
    assert "NOT MET" in told


def test_forms_are_held_against_their_seconds_and_what_was_not_measured_is_not_met() -> None:
    assert [limit.met for limit in paper_limits({REPORT: 1.99, RECORD: 5.0})] == [True, False]
    assert [limit.met for limit in paper_limits({})] == [None, None]
    assert render_paper({REPORT: 0.5}) == "forms filled, medians: 500 rows with three charts 0.50 s"
