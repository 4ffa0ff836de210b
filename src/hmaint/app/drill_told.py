"""What one drill told: verdicts, steps with their times, facts for the report, and lines for the audit trail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from hmaint.app.drill_server import DrillFailed
from hmaint.drill.judging import Verdict, of_load
from hmaint.errors import Refused
from hmaint.kit.clock import CHINA, Clock
from hmaint.model.inventory import Scalar

_NAME = re.compile(r"[\w.$#@%:/\\()-]{0,64}", re.ASCII)
_PATIENT = re.compile(r"\d{6}")
_QUOTING = re.compile(r"(DETAIL|CONTEXT|STATEMENT|QUERY|LINE \d+): .*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
Hear = Callable[[str], None]


@dataclass
class Told:
    """All that one drill gave: verdicts, the steps with their times, and facts for the report."""

    verdicts: list[Verdict] = field(default_factory=list)
    steps: list[Mapping[str, Scalar]] = field(default_factory=list)
    facts: dict[str, Scalar] = field(default_factory=dict)
    unverified: list[tuple[str, str]] = field(default_factory=list)
    sent: list[tuple[str, str, str, int]] = field(default_factory=list)
    """(target, what was sent, how it went, milliseconds), for the audit trail"""
    left: str = ""
    """In Chinese, what could not be tidied away; a person must see to it."""
    elapsed_ms: int = 0

    @contextmanager
    def step(self, name: str, clock: Clock, hear: Hear) -> Iterator[dict[str, str]]:
        """One line of the report: when it began and ended, how, and what is to be said of it."""
        hear(name)
        begun, since = clock.now(), clock.monotonic()
        row = {"result": "成功", "note": ""}
        try:
            yield row
        except (Stop, DrillFailed, Refused):
            row["result"] = "失败"
            raise
        except BaseException:
            row["result"] = "中断"
            raise
        finally:
            took = round(clock.monotonic() - since, 2)
            times: dict[str, Scalar] = {"started": _hour(begun), "ended": _hour(clock.now()), "seconds": took}
            self.steps.append({"step": name, **times, **row})

    def stop(self, reason: str) -> Stop:
        """Put down why the drill cannot go on; to be raised."""
        self.verdicts.append(of_load(None, reason))
        return Stop()

    def audit_lines(self, run: str, where: str, mask: Callable[[str], str]) -> list[dict[str, Scalar]]:
        """What was sent, and the steps, as the audit trail keeps them."""
        sent: list[dict[str, Scalar]] = [
            {"run": run, "target": target, "sent": mask(what), "outcome": mask(how), "ms": ms}
            for target, what, how, ms in self.sent
        ]
        steps: list[dict[str, Scalar]] = [
            {
                "run": run,
                "target": where,
                "sent": f"恢复演练：{step['step']}",
                "outcome": mask(str(step["note"] or step["result"])),
                "ms": round(float(str(step["seconds"])) * 1000),
            }
            for step in self.steps
        ]
        return [*sent, *steps]


class Stop(Exception):
    """The drill cannot go on; everything told so far stands."""


def discreet(verdict: Verdict) -> Verdict:
    """Errors of databases quote what they choked on, which may be a patient: only plain names stay."""
    if verdict.check != "restore":
        return verdict
    return replace(verdict, summary=_QUOTED.sub(_hidden, _QUOTING.sub("", verdict.summary)).strip())


def _hidden(found: re.Match[str]) -> str:
    quoted = found[0]
    plain = _NAME.fullmatch(quoted[1:-1]) and not _PATIENT.search(quoted)
    return quoted if plain else f"{quoted[0]}…{quoted[-1]}"


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%H:%M:%S}"
