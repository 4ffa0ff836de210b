"""The kinds that look at endpoints: what they ask, and how they read what came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from hmaint.errors import Bug, CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Endpoint, Host, Site
from hmaint.model.look import Answer, Probe, Rows, Seen
from hmaint.step import dicom, dns, greeting, http, ldap, mllp, ntp, sshd, tcp, tls
from hmaint.step.endpoints import NoArgs, OneProbe, contact, settle_contact
from hmaint.step.kind import Context

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=CHINA)
SITE = Site("icu", "重症监护系统")


def about(target: Endpoint | Host, now: datetime | None = NOW) -> Context:
    return Context(target, SITE, {}, now=now)


def end(**settings: object) -> Endpoint:
    return Endpoint("portal", "icu", **settings)  # type: ignore[arg-type]


def test_tcp_asks_for_the_endpoints_port() -> None:
    for text, address in (("10.1.2.11:6661", "10.1.2.11"), ("[fe80::1]:6661", "fe80::1")):
        asked = tcp.KIND.ask(tcp.TcpArgs(), about(end(tcp=text)))
        assert asked == [Probe("tcp", (("address", address), ("port", 6661)))]


def test_tls_asks_where_the_endpoint_speaks_it() -> None:
    cases = [
        (end(tls="10.1.2.11:636"), ("10.1.2.11", 636)),
        (end(url="https://portal.icu/login"), ("portal.icu", 443)),
        (end(url="https://[fe80::1]:8443/"), ("fe80::1", 8443)),
    ]
    for target, (address, port) in cases:
        for args, kind in ((tls.TlsArgs(), "tls"), (tls.TlsArgs(of="versions"), "tls_versions")):
            asked = tls.KIND.ask(args, about(target))
            assert asked == [Probe(kind, (("address", address), ("port", port)))]


def test_tls_behind_starttls_is_asked_for_in_the_words_of_its_protocol() -> None:
    for name in ("ldap", "smtp", "ftp"):
        (asked,) = tls.KIND.ask(tls.TlsArgs(), about(end(**{name: "10.1.2.11:389", "starttls": True})))
        assert dict(asked.settings) == {"address": "10.1.2.11", "port": 389, "starttls": name}
        with pytest.raises(CouldNotLook):
            tls.KIND.ask(tls.TlsArgs(), about(end(**{name: "10.1.2.11:389"})))


def test_a_field_of_the_answer_is_asked_for_only_of_the_endpoints_own_page() -> None:
    target = end(url="http://portal.icu/health", json_path="status", json_equals="UP")
    (own,) = http.KIND.ask(http.HttpArgs(), about(target))
    (other,) = http.KIND.ask(http.HttpArgs(url="http://x/"), about(target))
    assert (dict(own.settings)["json_path"], dict(own.settings)["json_equals"]) == ("status", "UP")
    assert "json_path" not in dict(other.settings)


@pytest.mark.parametrize(
    ("kind", "target", "probe", "settings"),
    [
        (ntp.KIND, end(ntp="10.1.1.5"), "ntp", {"address": "10.1.1.5", "port": 123}),
        (ntp.KIND, end(ntp="10.1.1.5:1123"), "ntp", {"address": "10.1.1.5", "port": 1123}),
        (ntp.KIND, end(ntp="fe80::1"), "ntp", {"address": "fe80::1", "port": 123}),
        (ldap.KIND, end(ldap="ad:389"), "ldap", {"address": "ad", "port": 389}),
        (greeting.KIND, end(smtp="m:25"), "greeting", {"address": "m", "port": 25}),
        (greeting.KIND, end(ftp="f:21"), "greeting", {"address": "f", "port": 21}),
        (mllp.KIND, end(mllp="h:6661"), "mllp", {"address": "h", "port": 6661}),
        (
            dicom.KIND,
            end(dicom="p:104"),
            "dicom",
            {"address": "p", "port": 104, "called": "ANY-SCP", "calling": "HMAINT"},
        ),
    ],
)
def test_a_service_is_asked_where_the_endpoint_says(
    kind: OneProbe, target: Endpoint, probe: str, settings: dict[str, object]
) -> None:
    (asked,) = kind.ask(NoArgs(), about(target))
    assert isinstance(asked, Probe)
    assert (asked.kind, dict(asked.settings)) == (probe, settings)
    with pytest.raises(CouldNotLook):
        kind.ask(NoArgs(), about(end(tcp="a:1")))


def test_the_weak_names_of_an_ssh_server_are_picked_out_once() -> None:
    row = {
        "banner": "",
        "protocol": "2.0",
        "elapsed_ms": 1,
        "kex": "curve25519-sha256",
        "host_keys": "ssh-dss",
    }
    answer = Rows(Seen.OBSERVED, (row | {"ciphers": "aes128-cbc,aes128-ctr", "macs": "hmac-md5,hmac-md5"},))
    target = end(ssh="s:22")
    for weak, told in (("-cbc|^ssh-dss|md5", "ssh-dss、aes128-cbc、hmac-md5"), ("nothing", ""), (None, "")):
        (seen,) = sshd.KIND.read(sshd.SshdArgs(weak=weak), about(target), [answer]).rows
        assert seen["weak"] == told


NAMES = end(dns="his.lan", dns_servers=("10.1.1.1", "10.1.1.2:5353"))


def resolved(*addresses: str) -> list[Answer]:
    return [
        Rows(
            Seen.OBSERVED,
            ({"answered": bool(a), "addresses": a, "answer": a or "SERVFAIL", "elapsed_ms": 1},),
        )
        if a != "?"
        else Rows(Seen.TIMED_OUT, reason="没有应答")
        for a in addresses
    ]


def test_every_resolver_is_asked_for_the_name() -> None:
    asked = dns.KIND.ask(dns.DnsArgs(), about(NAMES))
    assert [dict(probe.settings) for probe in asked if isinstance(probe, Probe)] == [
        {"address": "10.1.1.1", "port": 53, "name": "his.lan"},
        {"address": "10.1.1.2", "port": 5353, "name": "his.lan"},
    ]
    with pytest.raises(CouldNotLook):
        dns.KIND.ask(dns.DnsArgs(), about(end(tcp="a:1")))


@pytest.mark.parametrize(
    ("said", "wanted", "agree", "expected"),
    [
        (("10.1.2.3", "10.1.2.3"), (), True, True),
        (("10.1.2.3", "10.1.2.4"), (), False, True),
        (("10.1.2.3、10.1.2.4", "10.1.2.3、10.1.2.4"), ("10.1.2.4", "10.1.2.3"), True, True),
        (("10.1.2.3", "10.1.2.3"), ("10.1.2.4",), True, False),
        (("10.1.2.3", ""), (), False, True),
    ],
)
def test_resolvers_agree_or_not(
    said: tuple[str, ...], wanted: tuple[str, ...], *, agree: bool, expected: bool
) -> None:
    target = end(dns="his.lan", dns_servers=NAMES.dns_servers, dns_answers=wanted)
    table = dns.KIND.read(dns.DnsArgs(of="agreement"), about(target), resolved(*said))
    assert [(row["agree"], row["expected"]) for row in table.rows] == [(agree, expected)]


@pytest.mark.parametrize("of", ["answers", "agreement"])
def test_a_silent_resolver_is_never_taken_for_one_that_agrees(of: Literal["answers", "agreement"]) -> None:
    with pytest.raises(CouldNotLook) as caught:
        dns.KIND.read(dns.DnsArgs(of=of), about(NAMES), resolved("10.1.2.3", "?"))
    assert (caught.value.seen, "10.1.1.2:5353" in caught.value.reason) == (Seen.TIMED_OUT, True)


def test_a_silent_resolver_does_not_hide_one_that_answers_wrongly() -> None:
    table = dns.KIND.read(dns.DnsArgs(), about(NAMES), resolved("", "?"))
    assert ([row["answered"] for row in table.rows], table.cut) == ([False], True)


def test_http_asks_what_the_endpoint_says_unless_the_step_says_otherwise() -> None:
    target = end(url="https://portal.icu/login", expect=200, contains="登录", verify=False)
    (own,) = http.KIND.ask(http.HttpArgs(), about(target))
    assert dict(own.settings) == {"url": target.url, "expect": 200, "contains": "登录", "verify": False}
    (other,) = http.KIND.ask(http.HttpArgs(url="http://x/", expect=204, contains=""), about(target))
    assert dict(other.settings) == {"url": "http://x/", "expect": 204, "contains": "", "verify": False}


@pytest.mark.parametrize(
    ("kind", "args"), [(tcp.KIND, tcp.TcpArgs()), (tls.KIND, tls.TlsArgs()), (http.KIND, http.HttpArgs())]
)
def test_what_a_kind_is_not_for_is_unsupported(kind: object, args: object) -> None:
    for target in (end(), Host("h", "icu")):
        with pytest.raises(CouldNotLook) as caught:
            kind.ask(args, about(target))  # type: ignore[attr-defined]
        assert caught.value.seen == Seen.UNSUPPORTED


def test_what_a_probe_could_not_see_is_raised_as_it_was_said() -> None:
    with pytest.raises(CouldNotLook) as caught:
        tcp.KIND.read(tcp.TcpArgs(), about(end()), [Rows(Seen.UNREACHABLE, reason="连接被拒绝")])
    assert (caught.value.seen, caught.value.reason) == (Seen.UNREACHABLE, "连接被拒绝")


def certificate(begins: datetime, ends: datetime, problem: str = "") -> Rows:
    row = {
        "subject": "portal.icu",
        "issuer": "CA",
        "not_before": begins.astimezone(UTC).isoformat(),
        "not_after": ends.astimezone(UTC).isoformat(),
        "protocol": "TLSv1.3",
        "key": "RSA",
        "key_bits": 2048,
        "signature": "sha256",
        "hostname_ok": True,
        "chain_ok": True,
        "problem": problem,
    }
    return Rows(Seen.OBSERVED, (row,))


@pytest.mark.parametrize(
    ("left", "days", "problem"),
    [
        (timedelta(days=30, hours=1), 30, ""),
        (timedelta(hours=5), 0, ""),
        (timedelta(hours=-1), -1, "证书已过期"),
        (timedelta(days=-3), -3, "证书已过期"),
    ],
)
def test_days_left_are_whole_days_from_now(left: timedelta, days: int, problem: str) -> None:
    answer = certificate(NOW - timedelta(days=365), NOW + left)
    (row,) = tls.KIND.read(tls.TlsArgs(), about(end()), [answer]).rows
    assert (row["days"], row["problem"]) == (days, problem)


def test_expiry_is_told_in_the_hospitals_time_with_every_problem() -> None:
    answer = certificate(NOW + timedelta(days=1), datetime(2027, 1, 1, 0, 30, tzinfo=CHINA), "自签名证书")
    (row,) = tls.KIND.read(tls.TlsArgs(), about(end()), [answer]).rows
    assert (row["expires"], row["problem"]) == ("2027-01-01 00:30", "证书尚未生效；自签名证书")


def test_a_certificate_is_never_read_without_the_time() -> None:
    with pytest.raises(Bug):
        tls.KIND.read(tls.TlsArgs(), about(end(), None), [certificate(NOW, NOW)])


def test_an_endpoint_is_greeted_in_its_own_way() -> None:
    assert contact(end(url="https://portal.icu/")) == [
        Probe("tcp", (("address", "portal.icu"), ("port", 443)))
    ]
    assert contact(end(dicom="p:104")) == [Probe("tcp", (("address", "p"), ("port", 104)))]
    assert [probe.kind for probe in contact(end(ntp="10.1.1.5"))] == ["ntp"]
    assert [probe.kind for probe in contact(NAMES)] == ["dns", "dns"]


@pytest.mark.parametrize(
    "answers",
    [
        [Rows(Seen.OBSERVED, ({"open": False, "answer": "连接被拒绝"},))],
        [Rows(Seen.TIMED_OUT, reason="没有应答")],
        resolved("10.1.2.3", "?"),
        resolved("10.1.2.3", ""),
    ],
)
def test_who_did_not_answer_the_greeting_is_not_there(answers: list[Answer]) -> None:
    with pytest.raises(CouldNotLook):
        settle_contact(answers)
    settle_contact([Rows(Seen.OBSERVED, ({"open": True, "answer": "可以连接"},)), *resolved("10.1.2.3")])
