"""A host that answers what a test tells it to: a fake at the door, everything behind it is real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from hmaint.app.kinds import KINDS
from hmaint.engine.facts import FACTS
from hmaint.engine.plan import Job
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import CHINA
from hmaint.kit.redact import Redactor
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.model.playbook import Playbook
from hmaint.model.run import Check
from hmaint.step.logbytes import MARK

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
HOST = Host(
    "icu-db-1",
    "icu",
    roles=("db",),
    services=("tomcat", "mysqld"),
    processes=("tomcat",),
    logs=("/opt/icu/app.log",),
    certificates=("/etc/ssl/icu.pem",),
    folders=("/data/lis/in",),
)
SAID = """\
os	Linux
kernel	5.10.0
hostname	icu
uptime	864000.00 1
ID	centos
VERSION_ID	8
init	systemd
uid	0
cpus	4
"""


@dataclass(frozen=True)
class FixedClock:
    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True)
class ToldHost:
    """Gives the facts, and one reply for whatever else is asked."""

    reply: Reply
    said: str = SAID

    def open(self, host: Host, site: Site) -> ToldHost:
        del host, site
        return self

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        facts = Reply(Seen.OBSERVED, self.said.encode(), code=0)
        return tuple(facts if fragment == FACTS else self.reply for fragment in fragments)

    def close(self) -> None:
        pass


@cache
def catalogue(name: str) -> Playbook:
    return load_playbook(name, workspace=None, kinds=KINDS)


def look(  # noqa: PLR0913 - each is one thing a test varies
    step_id: str,
    reply: Reply,
    *,
    host: Host = HOST,
    before: Visit | None = None,
    now: datetime = NOW,
    variables: Mapping[str, object] | None = None,
    said: str = SAID,
) -> Visit:
    """One step of the Linux catalogue on a host that answers with that reply."""
    playbook = catalogue("checks/linux")
    step = next(step for step in playbook.steps if step.id == step_id)
    told = ToldHost(reply, said)
    tools = Tools(FixedClock(now), KINDS.__getitem__, lambda _: told, _never, _never, Redactor())
    known = {} if before is None else {o.step: Previous(o.table.rows, NOW) for o in before.observations}
    job = Job(host, (step,))
    site = Site("icu", "重症监护系统", hosts=(host,))
    return visit(Errand(job, site, {**playbook.vars, **(variables or {})}, tools, known))


def check(seen: Visit) -> Check:
    """The step's own check (the other one is the contact)."""
    (found,) = (check for check in seen.checks if check.id != "target.contact")
    return found


def later(at: datetime = NOW) -> datetime:
    return at + timedelta(days=30)


def out(text: str, *, code: int = 0, err: str = "") -> Reply:
    return Reply(Seen.OBSERVED, text.encode(), err.encode(), code)


def files(
    contents: Mapping[str, str] | None = None, *, missing: Sequence[str] = (), refused: Sequence[str] = ()
) -> Reply:
    """What the loop of the `file` kind prints."""
    parts = [
        f">{path}\n" + "".join(f"={line}\n" for line in text.splitlines())
        for path, text in (contents or {}).items()
    ]
    parts += [f"?{path}\n" for path in missing] + [f"!{path}\n" for path in refused]
    return out("".join(parts) + ".\n")


def logs(contents: Mapping[str, str], *, missing: Sequence[str] = (), refused: Sequence[str] = ()) -> Reply:
    """What the fragment of the `log` kind prints for files."""
    parts = [f"\n{MARK}>{path}\n{text}" for path, text in contents.items()]
    parts += [f"\n{MARK}?{path}\n" for path in missing] + [f"\n{MARK}!{path}\n" for path in refused]
    return out("@ 2026-11-21T09:30:00+0800\n@ 864000.00\n" + "".join(parts))


def stream(text: str) -> Reply:
    """What the fragment of the `log` kind prints for the journal or the kernel."""
    return out("@ 2026-11-21T09:30:00+0800\n@ 864000.00\n" + text)


def with_code(reply: Reply, code: int) -> Reply:
    return replace(reply, code=code)


def _never(*_: object) -> None:
    raise AssertionError("a Linux check asked something else than a host")
