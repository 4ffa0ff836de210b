"""Every check of the endpoint catalogue: finds its fault, and leaves the healthy twin alone."""

from __future__ import annotations

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, visit
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Endpoint, Limits, Scalar, Site
from hmaint.model.look import Probe, Rows, Seen
from hmaint.model.playbook import Level
from hmaint.model.run import Check
from tests.checks.hosts import NOW, FixedClock, catalogue

HTTP: dict[str, Scalar] = {
    "status": 200,
    "elapsed_ms": 80,
    "bytes": 999,
    "contains": None,
    "version": "HTTP/1.1",
    "as_expected": True,
}
TLS: dict[str, Scalar] = {
    "not_before": "2026-01-01T00:00:00+00:00", "not_after": "2027-06-01T00:00:00+00:00",
    "subject": "icu", "issuer": "CA",
    "protocol": "TLSv1.3", "hostname_ok": True, "chain_ok": True, "problem": "",
}  # fmt: skip
TCP: dict[str, Scalar] = {"open": True, "elapsed_ms": 3, "answer": "可以连接"}
GOOD = {"http": HTTP, "tls": TLS, "port": TCP}

FAULTS: dict[str, tuple[dict[str, Scalar], Level]] = {
    "endpoint.http.answer": ({"as_expected": False, "status": 503}, Level.CRITICAL),
    "endpoint.http.time": ({"elapsed_ms": 4000}, Level.WARNING),
    "endpoint.tls.days": ({"not_after": "2026-11-22T00:00:00+00:00"}, Level.CRITICAL),
    "endpoint.tls.chain": ({"chain_ok": False, "problem": "签发者不受信任"}, Level.WARNING),
    "endpoint.tls.hostname": ({"hostname_ok": False}, Level.WARNING),
    "endpoint.tls.protocol": ({"protocol": "TLSv1"}, Level.WARNING),
    "endpoint.port.open": ({"open": False, "answer": "连接被拒绝"}, Level.CRITICAL),
}
STEPS = [step.id for step in catalogue("checks/endpoints").steps]


def look(step_id: str, answer: Rows, *, verify: bool = True) -> Check:
    playbook = catalogue("checks/endpoints")
    step = next(step for step in playbook.steps if step.id == step_id)
    target = Endpoint("portal", "icu", url="https://127.0.0.1/login", tcp="127.0.0.1:6661", verify=verify)

    def probe(asked: Probe, limits: Limits) -> Rows:
        del limits
        assert asked.kind == step.do
        return answer

    tools = Tools(FixedClock(NOW), KINDS.__getitem__, _never, _never, probe, Redactor())
    seen = visit(
        Errand(Job(target, (step,)), Site("icu", "重症监护系统", endpoints=(target,)), playbook.vars, tools)
    )
    return next(check for check in seen.checks if check.id == step_id)


def _never(*_: object) -> None:
    raise AssertionError("an endpoint check asked something else than an endpoint")


def kind(step_id: str) -> str:
    return step_id.split(".")[1]


def test_every_check_has_its_fault() -> None:
    assert sorted(FAULTS) == sorted(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_fault_is_found_and_its_healthy_twin_is_left_alone(step: str) -> None:
    fault, level = FAULTS[step]
    healthy = GOOD[kind(step)]
    assert look(step, Rows(Seen.OBSERVED, (healthy,))).level is Level.OK
    found = look(step, Rows(Seen.OBSERVED, (healthy | fault,)))
    assert (found.level, bool(found.findings[0].summary)) == (level, True)


def test_a_slow_port_is_a_warning() -> None:
    assert (
        look("endpoint.port.open", Rows(Seen.OBSERVED, (TCP | {"elapsed_ms": 900},))).level is Level.WARNING
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "seen", [Seen.UNREACHABLE, Seen.TIMED_OUT, Seen.DENIED, Seen.GARBLED, Seen.UNSUPPORTED]
)
def test_what_was_not_seen_is_unknown(step: str, seen: Seen) -> None:
    assert look(step, Rows(seen, reason="连接被拒绝")).level is Level.UNKNOWN


@pytest.mark.parametrize("step", ["endpoint.tls.chain", "endpoint.tls.hostname"])
def test_certificate_nobody_promised_is_not_judged_by_its_chain(step: str) -> None:
    assert look(step, Rows(Seen.OBSERVED, (TLS,)), verify=False).level is Level.SKIPPED
