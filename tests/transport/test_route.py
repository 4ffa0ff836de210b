"""Ways through jump hosts."""

from __future__ import annotations

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Secret, Site, Ssh
from hmaint.transport.route import hops


def host(name: str, *jumps: str, **ssh: object) -> Host:
    return Host(name, "icu", f"10.0.0.{len(name)}", ssh=Ssh(jumps=jumps, **ssh))  # type: ignore[arg-type]


def names(goal: Host, *others: Host) -> list[str]:
    return [hop.name for hop in hops(goal, Site("icu", "icu", hosts=(goal, *others)))]


def test_without_jump_hosts_the_way_is_the_host() -> None:
    assert names(host("icu")) == ["icu"]


def test_jump_hosts_come_nearest_first() -> None:
    assert names(host("icu", "a", "bb"), host("a"), host("bb")) == ["a", "bb", "icu"]


def test_the_first_jump_hosts_own_jump_hosts_come_before_it() -> None:
    assert names(host("icu", "bb"), host("bb", "a"), host("a")) == ["a", "bb", "icu"]
    assert names(host("icu", "a", "bb"), host("bb", "a"), host("a")) == ["a", "bb", "icu"]


@pytest.mark.parametrize(
    ("word", "user", "address", "port"),
    [
        ("ops@10.9.9.9:2222", "ops", "10.9.9.9", 2222),
        ("ops@bastion.icu", "ops", "bastion.icu", 22),
        ("10.9.9.9:2222", "me", "10.9.9.9", 2222),
        ("ops@[fe80::1]:2222", "ops", "fe80::1", 2222),
        ("ops@[fe80::1]", "ops", "fe80::1", 22),
    ],
)
def test_a_jump_host_written_out_gets_the_key_but_never_the_password(
    word: str, user: str, address: str, port: int
) -> None:
    secret = Secret("plain", "hunter2")
    goal = host("icu", word, user="me", key="~/k", password=secret, sudo=True, sudo_password=secret)
    first = hops(goal, Site("icu", "icu", hosts=(goal,)))[0]
    assert (first.ssh.user, first.address, first.port, first.ssh.key) == (user, address, port, "~/k")
    assert (first.ssh.password, first.ssh.sudo, first.ssh.sudo_password) == (None, False, None)


def test_circles_and_strangers_are_refused() -> None:
    with pytest.raises(CouldNotLook, match="成环"):
        names(host("icu", "a"), host("a", "icu"))
    with pytest.raises(CouldNotLook, match="成环"):
        names(host("icu", "icu"))
    with pytest.raises(CouldNotLook, match="成环"):
        names(host("icu", "a", "a"), host("a"))
    with pytest.raises(CouldNotLook, match="不在清单中"):
        names(host("icu", "nobody"))
