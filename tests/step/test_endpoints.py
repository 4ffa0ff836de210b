"""The kinds that look at endpoints: what they ask, and how they read what came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hmaint.errors import Bug, CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Endpoint, Host, Site
from hmaint.model.look import Probe, Rows, Seen
from hmaint.step import http, tcp, tls
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
        asked = tls.KIND.ask(tls.TlsArgs(), about(target))
        assert asked == [Probe("tls", (("address", address), ("port", port)))]


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
