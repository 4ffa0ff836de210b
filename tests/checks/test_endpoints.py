"""Every check of the endpoint catalogue: finds its fault, and leaves the healthy twin alone."""

from __future__ import annotations

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job, endpoint_types, selects
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, visit
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Endpoint, Limits, Scalar, Site
from hmaint.model.look import Probe, Rows, Seen
from hmaint.model.playbook import Level, Step
from hmaint.model.run import Check
from tests.checks.hosts import NOW, FixedClock, catalogue

Row = dict[str, Scalar]
GOOD: dict[str, Row] = {
    "http": {
        "status": 200, "elapsed_ms": 80, "bytes": 999, "contains": None, "version": "HTTP/1.1",
        "as_expected": True, "json": "UP", "json_ok": True,
    },
    "tls": {
        "not_before": "2026-01-01T00:00:00+00:00", "not_after": "2027-06-01T00:00:00+00:00",
        "subject": "icu", "issuer": "CA", "protocol": "TLSv1.3", "key": "RSA", "key_bits": 2048,
        "signature": "sha256", "hostname_ok": True, "chain_ok": True, "problem": "",
    },
    "tls_versions": {"protocol": "TLSv1.3", "old": ""},
    "tcp": {"open": True, "elapsed_ms": 3, "answer": "可以连接"},
    "dns": {"answered": True, "addresses": "10.1.2.3", "answer": "10.1.2.3", "elapsed_ms": 2},
    "ntp": {
        "answered": True, "offset_ms": -3.5, "delay_ms": 1.0, "stratum": 2, "synchronised": True, "answer": "层级 2",
    },
    "ldap": {"answered": True, "result": 0, "answer": "已应答", "elapsed_ms": 3},
    "greeting": {"code": 220, "banner": "ready", "elapsed_ms": 3},
    "sshd": {
        "banner": "SSH-2.0-OpenSSH_9.2", "protocol": "2.0", "elapsed_ms": 3, "kex": "curve25519-sha256",
        "host_keys": "ssh-ed25519", "ciphers": "aes128-ctr,aes256-gcm@openssh.com", "macs": "hmac-sha2-256",
    },
    "dicom": {"outcome": "success", "answer": "回波成功", "elapsed_ms": 9},
    "mllp": {"kept": True, "elapsed_ms": 2, "answer": "接受并保持连接"},
}  # fmt: skip
FAULTS: dict[str, tuple[Row, Level]] = {
    "endpoint.http.answer": ({"as_expected": False, "status": 503}, Level.CRITICAL),
    "endpoint.http.time": ({"elapsed_ms": 4000}, Level.WARNING),
    "endpoint.http.json": ({"json": "DOWN", "json_ok": False}, Level.CRITICAL),
    "endpoint.tls.days": ({"not_after": "2026-11-22T00:00:00+00:00"}, Level.CRITICAL),
    "endpoint.tls.chain": ({"chain_ok": False, "problem": "签发者不受信任"}, Level.WARNING),
    "endpoint.tls.hostname": ({"hostname_ok": False}, Level.WARNING),
    "endpoint.tls.protocol": ({"protocol": "TLSv1"}, Level.WARNING),
    "endpoint.tls.old": ({"old": "TLSv1、TLSv1.1"}, Level.WARNING),
    "endpoint.tls.key": ({"key_bits": 1024}, Level.WARNING),
    "endpoint.port.open": ({"open": False, "answer": "连接被拒绝"}, Level.CRITICAL),
    "endpoint.dns.answer": ({"answered": False, "addresses": "", "answer": "SERVFAIL"}, Level.CRITICAL),
    "endpoint.dns.agree": ({"addresses": "10.9.9.9", "answer": "10.9.9.9"}, Level.CRITICAL),
    "endpoint.ntp.answer": ({"synchronised": False, "offset_ms": None}, Level.CRITICAL),
    "endpoint.ntp.offset": ({"offset_ms": 350.0}, Level.WARNING),
    "endpoint.ldap.answer": ({"result": 52}, Level.WARNING),
    "endpoint.smtp.greeting": ({"code": 554}, Level.CRITICAL),
    "endpoint.ftp.greeting": ({"code": 421}, Level.CRITICAL),
    "endpoint.ssh.greeting": ({"protocol": "1.99"}, Level.WARNING),
    "endpoint.ssh.algorithms": ({"ciphers": "aes128-ctr,3des-cbc"}, Level.WARNING),
    "endpoint.dicom.echo": ({"outcome": "failed"}, Level.CRITICAL),
    "endpoint.mllp.kept": ({"kept": False, "answer": "接受连接后立即断开"}, Level.CRITICAL),
}
TARGETS = (
    Endpoint("portal", "icu", url="https://127.0.0.1/login", json_path="status", json_equals="UP"),
    Endpoint("hl7", "icu", mllp="127.0.0.1:6661"),
    Endpoint("names", "icu", dns="his.lan", dns_servers=("10.1.1.1", "10.1.1.2"), dns_answers=("10.1.2.3",)),
    Endpoint("time", "icu", ntp="10.1.1.5"),
    Endpoint("ad", "icu", ldap="10.1.1.3:389", starttls=True),
    Endpoint("sms", "icu", smtp="10.1.1.4:25"),
    Endpoint("drop", "icu", ftp="10.1.1.4:21"),
    Endpoint("sftp", "icu", ssh="10.1.1.4:22"),
    Endpoint("pacs", "icu", dicom="10.1.1.4:104", called="PACS"),
)
PLAIN = "endpoint.http.plain"
"""Judged by the endpoint's own URL and not by an answer, so its twins differ in that."""
STEPS = {step.id: step for step in catalogue("checks/endpoints").steps}
JUDGED = [name for name in STEPS if name != PLAIN]


def target_of(step: Step) -> Endpoint:
    return next(target for target in TARGETS if selects(step.on, target))


def look(step: Step, target: Endpoint, *, fault: Row | None = None, unseen: Rows | None = None) -> Check:
    def probe(asked: Probe, limits: Limits) -> Rows:
        del limits
        return unseen or Rows(Seen.OBSERVED, (GOOD[asked.kind] | (fault or {}),))

    tools = Tools(FixedClock(NOW), KINDS.__getitem__, _never, _never, probe, Redactor())
    known = catalogue("checks/endpoints").vars
    site = Site("icu", "重症监护系统", endpoints=(target,))
    seen = visit(Errand(Job(target, (step,)), site, known, tools))
    return next(check for check in seen.checks if check.id == step.id)


def _never(*_: object) -> None:
    raise AssertionError("an endpoint check asked something else than an endpoint")


def test_every_check_has_its_fault() -> None:
    assert sorted(FAULTS) == sorted(JUDGED)
    assert len(STEPS) >= 14


def test_every_type_of_endpoint_has_a_check() -> None:
    for target in TARGETS:
        for kind in endpoint_types(target):
            assert any(kind in step.on.match.get("types", ()) for step in STEPS.values()), kind


@pytest.mark.parametrize("name", JUDGED)
def test_fault_is_found_and_its_healthy_twin_is_left_alone(name: str) -> None:
    step, (fault, level) = STEPS[name], FAULTS[name]
    good = look(step, target_of(step))
    assert (good.level, bool(good.summary)) == (Level.OK, True), good.summary
    found = look(step, target_of(step), fault=fault)
    assert (found.level, bool(found.findings[0].summary)) == (level, True), found.summary


def test_a_page_in_the_clear_is_told_and_an_encrypted_one_is_not() -> None:
    step = STEPS[PLAIN]
    assert look(step, TARGETS[0]).level is Level.OK
    assert look(step, Endpoint("p", "icu", url="http://127.0.0.1/login")).level is Level.WARNING


def test_a_slow_port_is_a_warning() -> None:
    step = STEPS["endpoint.port.open"]
    assert look(step, target_of(step), fault={"elapsed_ms": 900}).level is Level.WARNING


def test_a_short_elliptic_key_is_judged_by_its_own_measure() -> None:
    step = STEPS["endpoint.tls.key"]
    assert look(step, target_of(step), fault={"key": "EC", "key_bits": 256}).level is Level.OK
    assert look(step, target_of(step), fault={"key": "EC", "key_bits": 192}).level is Level.WARNING
    assert look(step, target_of(step), fault={"key": "", "key_bits": None}).level is Level.UNKNOWN


@pytest.mark.parametrize("name", list(STEPS))
@pytest.mark.parametrize(
    "seen", [Seen.UNREACHABLE, Seen.TIMED_OUT, Seen.DENIED, Seen.GARBLED, Seen.UNSUPPORTED]
)
def test_what_was_not_seen_is_unknown(name: str, seen: Seen) -> None:
    step = STEPS[name]
    found = look(step, target_of(step), unseen=Rows(seen, reason="连接被拒绝"))
    assert found.level is Level.UNKNOWN
    assert "连接被拒绝" in found.summary


@pytest.mark.parametrize("name", ["endpoint.tls.chain", "endpoint.tls.hostname"])
def test_certificate_nobody_promised_is_not_judged_by_its_chain(name: str) -> None:
    own = Endpoint("portal", "icu", url="https://127.0.0.1/login", verify=False)
    assert look(STEPS[name], own).level is Level.SKIPPED


def test_one_resolver_alone_has_nobody_to_agree_with() -> None:
    alone = Endpoint("names", "icu", dns="his.lan", dns_servers=("10.1.1.1",))
    assert look(STEPS["endpoint.dns.agree"], alone).level is Level.SKIPPED


def test_a_time_server_or_resolver_is_not_asked_for_a_port_of_tcp() -> None:
    for target in (TARGETS[2], TARGETS[3]):
        assert not selects(STEPS["endpoint.port.open"].on, target)
