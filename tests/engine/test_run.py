"""Visits that end close to each other are handed on together, and none waits for one that takes long."""

from __future__ import annotations

import time
from threading import Event

import pytest

from hmaint.engine.plan import Job, Plan
from hmaint.engine.run import Finished, run_plan
from hmaint.engine.trip import Tools
from hmaint.errors import Place
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Endpoint, Limits, Site
from hmaint.model.look import Rows, Seen
from hmaint.model.playbook import Playbook

PATIENCE = 20.0


def plan_of(*names: str) -> Plan:
    ends = tuple(Endpoint(name, "icu", url="tcp://127.0.0.1:1") for name in names)
    book = Playbook("demo", "示例", "远程", (), {}, "0" * 64, Place("demo.yaml"))
    return Plan(Site("icu", "重症", endpoints=ends), book, tuple(Job(end, (), contact=True) for end in ends))


def batches(plan: Plan, probe) -> list[list[str]]:
    tools = Tools(SystemClock(), None, None, None, probe, Redactor())
    return [
        [event.job.target.name for event in heard if isinstance(event, Finished)]
        for heard in run_plan(plan, tools)
    ]


def test_visits_that_end_together_come_together_and_each_once() -> None:
    names = [f"e{number}" for number in range(40)]
    came = batches(plan_of(*names), lambda _probe, _limits: Rows(Seen.OBSERVED))
    assert sorted(name for batch in came for name in batch) == sorted(names)
    assert len(came) < len(names)


def test_what_has_ended_is_handed_on_while_another_visit_still_goes_on() -> None:
    gone_on, held = Event(), Event()

    def probe(asked, _limits: Limits) -> Rows:
        if dict(asked.settings).get("port") == 2:
            held.wait(PATIENCE)
        return Rows(Seen.OBSERVED)

    ends = tuple(Endpoint(f"e{port}", "icu", url=f"tcp://127.0.0.1:{port}") for port in (1, 2, 3))
    jobs = tuple(Job(end, (), contact=True) for end in ends)
    plan = Plan(Site("icu", "重症", endpoints=ends), plan_of().playbook, jobs)
    tools = Tools(SystemClock(), None, None, None, probe, Redactor())
    seen: list[str] = []
    for heard in run_plan(plan, tools):
        seen += [event.job.target.name for event in heard if isinstance(event, Finished)]
        if sorted(seen) == ["e1", "e3"]:
            gone_on.set()
            held.set()
    assert gone_on.is_set(), "what had ended waited for the visit that had not"
    assert sorted(seen) == ["e1", "e2", "e3"]


def test_the_last_visit_is_not_waited_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmaint.engine.run.GATHERED", PATIENCE)
    begun = time.monotonic()
    batches(plan_of("only"), lambda _probe, _limits: Rows(Seen.OBSERVED))
    assert time.monotonic() - begun < PATIENCE / 2
