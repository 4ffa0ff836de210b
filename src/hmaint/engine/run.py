"""The run loop: one worker a target, events on a queue, and a time limit that no worker can hold up."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from hmaint.engine.plan import Job, Plan
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, in_vain, visit
from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.look import Row, Seen

WORKERS = 16
"""Visits at once: logins are waited for, not computed; more than this only queues on the laptop's own processor."""

GATHERED = 0.1
"""Seconds for which visits that end one after the other are taken together: keeping ten costs little more than one."""

GRACE = 15.0
"""Seconds a worker may need beyond its target's own limit before its visit is given up."""


@dataclass(frozen=True, slots=True)
class Started:
    """A worker took up a target."""

    target: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A target's visit is over."""

    job: Job
    visit: Visit


Event = Started | Finished


@dataclass(frozen=True, slots=True)
class _Going:
    errand: Errand
    since: float
    at: datetime


def run_plan(
    plan: Plan,
    tools: Tools,
    *,
    previous: Mapping[str, Mapping[str, Previous]] | None = None,
    learned: Mapping[str, Mapping[str, tuple[Row, ...]]] | None = None,
    workers: int = WORKERS,
) -> Iterator[tuple[Event, ...]]:
    """Visit every target of the plan and yield what happens as it comes, in the caller's own thread.

    Events that came while the caller was busy, or within GATHERED of each other, come together, so that it can keep
    them together. `previous` is what the last runs read, `learned` what the workspace's baseline says should be
    there, by target and step.

    A visit that outlives its target's limit by GRACE is reported as lost and its worker replaced; what such a
    worker still says is not heard. Workers are daemons, so that leaving the loop (Ctrl-C) never waits for a host.
    """
    known, fixed = previous or {}, learned or {}
    variables, site = plan.playbook.vars, plan.site
    errands = [
        Errand(job, site, variables, tools, known.get(job.target.name, {}), fixed.get(job.target.name, {}))
        for job in plan.jobs
    ]
    crew = _Crew(errands, tools)
    crew.hire(min(workers, len(plan.jobs)))
    pending = {job.target.name for job in plan.jobs}
    try:
        while pending:
            heard = tuple(event for event in crew.events() if _expected(event, pending))
            if heard:
                yield heard
    finally:
        crew.stop.set()


def _expected(event: Event, pending: set[str]) -> bool:
    """Whether an event is news: the end of a visit counts once, and not after it was given up."""
    if not isinstance(event, Finished):
        return True
    if event.job.target.name not in pending:
        return False
    pending.discard(event.job.target.name)
    return True


class _Crew:
    """The workers of one run, the jobs they have taken up, and what they say."""

    def __init__(self, errands: Sequence[Errand], tools: Tools) -> None:
        self.tools = tools
        self.waiting: queue.SimpleQueue[Errand] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()
        self.going: dict[str, _Going] = {}
        self.stop = threading.Event()
        for errand in errands:
            self.waiting.put(errand)

    def hire(self, number: int) -> None:
        for _ in range(number):
            threading.Thread(target=self._work, daemon=True).start()

    def events(self) -> list[Event]:
        """What was said within a short wait, and what was lost meanwhile."""
        heard: list[Event] = []
        try:
            said = self.said.get(timeout=0.5)
        except queue.Empty:
            return self._lost()
        until = time.monotonic() + GATHERED
        while True:
            if isinstance(said, BaseException):
                raise said
            heard.append(said)
            # Who is at work will yet say something; when nobody is, all has been said.
            left = until - time.monotonic() if self.going else 0.0
            try:
                said = self.said.get(timeout=max(0.0, left))
            except queue.Empty:
                return heard + self._lost()

    def _lost(self) -> list[Event]:
        now, gone = self.tools.clock.monotonic(), list[Event]()
        for name, going in list(self.going.items()):
            limit = going.errand.job.target.limits.host + GRACE
            if now - going.since > limit and self.going.pop(name, None) is not None:
                self.hire(1)
                late = CouldNotLook(Seen.TIMED_OUT, f"超过该对象的总时限 {limit:g} 秒，已放弃")
                visit_lost = in_vain(going.errand, late, going.at, round((now - going.since) * 1000))
                gone.append(Finished(going.errand.job, visit_lost))
        return gone

    def _work(self) -> None:
        clock = self.tools.clock
        while not self.stop.is_set():
            try:
                errand = self.waiting.get_nowait()
            except queue.Empty:
                return
            name = errand.job.target.name
            self.going[name] = _Going(errand, clock.monotonic(), clock.now())
            self.said.put(Started(name))
            try:
                done = visit(errand)
            except BaseException as bug:  # noqa: BLE001 - handed to the main thread, which alone may fail the run
                self.said.put(bug)
                return
            if self.going.pop(name, None) is not None:
                self.said.put(Finished(errand.job, done))
