"""Trips to hosts as they are in hospitals: noisy, restricted, old, behind others, and sometimes gone in the middle."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Secret
from hmaint.model.look import Fragment, Reply, Seen
from tests.contract.transports import LIMITS, door, host_of, run, site_of
from tests.services.fixtures import running
from tests.services.proxy import Proxy
from tests.services.sshd import Sshd
from tests.services.unixuser import UnixUser

PLANTED = "pl4nted'\"$`\\ 密码"


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    with running(Sshd(["LogLevel VERBOSE"])) as sshd:
        yield sshd


@pytest.fixture
def user() -> Iterator[UnixUser]:
    with UnixUser() as person:
        yield person


def visit(server: Sshd, *scripts: str, limit: float | None = None, **ssh: object) -> list[Reply]:
    host = host_of(server, **ssh)
    line = door(server).open(host, site_of(host))
    try:
        return list(line.trip([Fragment(script, limit=limit) for script in scripts]))
    finally:
        line.close()


def test_a_visit_of_ten_lean_fragments_costs_the_target_at_most_twelve_forks(user: UnixUser) -> None:
    last = Fragment("read -r a b c d last </proc/loadavg; echo $last", inline=True)
    fragments = [
        Fragment("read -r x </proc/loadavg; echo $x", inline=True),
        Fragment("while read -r x; do echo $x; done </proc/meminfo", inline=True),
        Fragment("read -r x </proc/uptime; echo $x", inline=True),
        Fragment("read -r x </proc/version; echo $x", inline=True),
        Fragment("df -PkT"),
        Fragment("ps -eo pid,ppid,stat,comm"),
        Fragment("[ -r /proc/net/tcp ] && cat /proc/net/tcp"),
        Fragment("tail -n 5 /etc/passwd"),
        Fragment("command -v date >/dev/null && TZ=UTC date"),
        last,  # the youngest process number there is: nothing else lives in the server's own PID namespace
    ]
    with running(Sshd(jail=True)) as jailed:
        host = host_of(jailed, user=user.name)
        counts = []
        for _ in range(3):
            line = door(jailed).open(host, site_of(host))
            replies = line.trip(fragments)
            line.close()
            assert [reply.code for reply in replies] == [0] * 10
            counts.append(int(replies[-1].out))
        assert counts[1] - counts[0] <= 12
        assert counts[2] - counts[1] <= 12


def test_banners_and_noisy_start_up_files_are_no_part_of_any_answer(user: UnixUser, tmp_path: Path) -> None:
    banner = tmp_path / "banner"
    banner.write_text("严禁未授权访问！\n" * 50)
    (user.home / ".bashrc").write_text("echo NOISE; echo NOISE >&2; printf '\\033[2J'; stty -a; mesg n\n")
    with running(Sshd([f"Banner {banner}"])) as server:
        replies = visit(server, "echo clean; echo fine >&2", user=user.name)
    assert [(reply.out, reply.err) for reply in replies] == [(b"clean\n", b"fine\n")]


@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/dash", "/bin/csh", "/usr/bin/fish", "/usr/bin/zsh"])
def test_any_login_shell_will_do(server: Sshd, shell: str) -> None:
    if not Path(shell).exists():
        pytest.skip(f"{shell} is not installed")
    with UnixUser(login_shell=shell) as person:
        for name in (".bashrc", ".cshrc", ".zshenv"):
            (person.home / name).write_text("echo NOISE from the start-up file\n")
        replies = visit(server, "echo 'a  b'; exit 3", "cat", user=person.name)
        assert [(reply.out, reply.code) for reply in replies] == [(b"a  b\n", 3), (b"", 0)]


@pytest.mark.parametrize("old", [False, True])
def test_a_host_whose_timeout_is_missing_or_of_another_make_is_looked_at_all_the_same(
    server: Sshd, *, old: bool
) -> None:
    with UnixUser(login_shell="/bin/bash") as person:
        (person.home / ".bashrc").write_text("PATH=$HOME/bin\n")
        (person.home / "bin").mkdir()
        if old:
            (person.home / "bin" / "timeout").write_text(
                "#!/bin/sh\necho 'usage: timeout [-t SECS] PROG' >&2; exit 1\n"
            )
            (person.home / "bin" / "timeout").chmod(0o755)
        replies = visit(
            server, "echo seen", "sleep 60; echo never", "echo after", user=person.name, limit=1.0
        )
    assert [(reply.seen, reply.out) for reply in replies] == [
        (Seen.OBSERVED, b"seen\n"), (Seen.TIMED_OUT, b""), (Seen.OBSERVED, b"after\n"),
    ]  # fmt: skip


def test_an_account_without_a_shell_says_what_it_printed(server: Sshd) -> None:
    with UnixUser(login_shell="/usr/sbin/nologin") as person:
        reply = visit(server, "echo in", user=person.name)[0]
        assert reply.seen is Seen.UNSUPPORTED
        assert "This account is currently not available" in reply.reason


def test_a_forced_command_is_not_taken_for_an_answer() -> None:
    with running(Sshd(["ForceCommand echo $SSH_ORIGINAL_COMMAND; echo appliance menu"])) as server:
        reply = visit(server, "echo in")[0]
    assert reply.seen is Seen.UNSUPPORTED
    assert "appliance menu" in reply.reason


def test_a_start_up_file_that_hangs_costs_one_command_limit(server: Sshd) -> None:
    with UnixUser(login_shell="/bin/bash") as person:
        (person.home / ".bashrc").write_text("exec sleep 9\n")
        host = replace(host_of(server, user=person.name), limits=replace(LIMITS, command=1.0))
        begun = time.monotonic()
        replies = run(door(server).open(host, site_of(host)), "echo one", "echo two")
        assert {reply.seen for reply in replies} == {Seen.TIMED_OUT}
        assert time.monotonic() - begun < 5


def test_a_link_dropped_in_the_middle_loses_that_fragment_and_the_rest_run_over_a_new_one() -> None:
    with running(Sshd()) as server:
        threading.Timer(1.0, server.drop_links).start()
        before, during, after = visit(server, "echo before", "echo begun; sleep 30", "echo after", limit=10)
    assert before.out == b"before\n"
    assert (during.seen, during.out) == (Seen.UNREACHABLE, b"begun\n")
    assert "连接断开" in during.reason
    assert after.out == b"after\n"


def test_a_host_that_goes_away_for_good_answers_the_rest_with_why() -> None:
    with running(Sshd()) as server:
        going = threading.Timer(1.0, server.stop)
        going.start()
        before, during, after = visit(server, "echo before", "sleep 30", "echo after", limit=10)
        going.join()
    assert before.out == b"before\n"
    assert during.seen is Seen.UNREACHABLE
    assert after.seen is Seen.UNREACHABLE
    assert "重新连接失败" in after.reason


def test_a_server_that_allows_one_session_still_gets_its_runaway_killed() -> None:
    with running(Sshd(["MaxSessions 1"])) as server:
        marker = "31536011"
        hung, after = visit(server, f"sleep {marker}", "echo after", limit=1.5)
        left = visit(server, f"ps -eo args | grep -c '^slee[p] {marker}'")[0]
    assert hung.seen is Seen.TIMED_OUT
    assert after.out == b"after\n"
    assert left.out == b"0\n"


def test_a_server_that_allows_no_session_says_so() -> None:
    with running(Sshd(["MaxSessions 0"])) as server:
        reply = visit(server, "echo in")[0]
    assert reply.seen is Seen.UNREACHABLE
    assert "会话" in reply.reason


def test_scripts_go_out_in_the_hosts_encoding_and_bytes_come_back_as_they_are(server: Sshd) -> None:
    host = replace(host_of(server), encoding="gb18030")
    reply = run(door(server).open(host, site_of(host)), "printf %s '门诊日志'")[0]
    assert reply.out == "门诊日志".encode("gb18030")


def test_a_large_script_arrives_whole(server: Sshd) -> None:
    text = "x" * 100_000
    first, second = visit(server, f"printf %s {text}", f"printf %s {text}y")
    assert (len(first.out), len(second.out)) == (100_000, 100_001)


# --- sudo


def test_sudo_without_a_password_runs_everything_as_root(server: Sshd) -> None:
    with UnixUser(sudoers="ALL=(ALL) NOPASSWD: ALL") as person:
        replies = visit(server, "id -u", "cat", "exit 3", user=person.name, sudo=True)
        assert [(reply.out, reply.code) for reply in replies] == [(b"0\n", 0), (b"", 0), (b"", 3)]


def test_sudo_kills_a_runaway_of_roots(server: Sshd) -> None:
    with UnixUser(sudoers="ALL=(ALL) NOPASSWD: ALL") as person:
        marker = "31536012"
        hung, left = visit(
            server,
            f"sleep {marker}",
            f"ps -eo args | grep -c '^slee[p] {marker}'",
            limit=2,
            user=person.name,
            sudo=True,
        )
        assert hung.seen is Seen.TIMED_OUT
        assert left.out == b"0\n"


@pytest.mark.parametrize("rule", ["ALL=(ALL) ALL", "ALL=(ALL) NOPASSWD: ALL"])
def test_a_sudo_password_goes_by_stdin_and_never_becomes_a_command(server: Sshd, rule: str) -> None:
    with UnixUser(sudoers=rule, password=PLANTED) as person:
        secret = Secret("plain", PLANTED)
        replies = visit(server, "id -u", "cat", "echo ok", user=person.name, sudo=True, sudo_password=secret)
        assert [reply.out for reply in replies] == [b"0\n", b"", b"ok\n"]
        assert [reply.err for reply in replies] == [b"", b"", b""]


def test_a_wrong_sudo_password_is_offered_once(server: Sshd, tmp_path: Path) -> None:
    log = tmp_path / "sudo.log"
    rule = f"ALL=(ALL) ALL\nDefaults:{{name}} logfile={log}"
    with UnixUser(sudoers=rule, password=PLANTED) as person:
        secret = Secret("plain", PLANTED + "x")
        replies = visit(server, "id -u", "echo no", user=person.name, sudo=True, sudo_password=secret)
        assert {reply.seen for reply in replies} == {Seen.DENIED}
        assert replies[0].reason == "sudo 口令不正确"
        until = time.monotonic() + 5
        while not log.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert "1 incorrect password attempt" in log.read_text()


def test_sudo_that_wants_a_password_we_have_not_says_so(server: Sshd) -> None:
    with UnixUser(sudoers="ALL=(ALL) ALL", password=PLANTED) as person:
        reply = visit(server, "id -u", user=person.name, sudo=True)[0]
        assert reply.seen is Seen.DENIED
        assert "a password is required" in reply.reason


def test_sudo_for_someone_who_may_not_use_it_says_so_in_sudos_words(server: Sshd) -> None:
    with UnixUser(password=PLANTED) as person:
        reply = visit(server, "id -u", user=person.name, sudo=True, sudo_password=Secret("plain", PLANTED))[0]
        assert reply.seen is Seen.DENIED
        assert "not in the sudoers file" in reply.reason


def test_sudo_that_wants_a_terminal_says_how_to_cure_it(server: Sshd) -> None:
    with UnixUser(sudoers="ALL=(ALL) NOPASSWD: ALL\nDefaults:{name} requiretty") as person:
        reply = visit(server, "id -u", user=person.name, sudo=True)[0]
        assert reply.seen is Seen.DENIED
        assert "requiretty" in reply.reason


def test_no_secret_is_seen_in_the_processes_of_the_target(server: Sshd) -> None:
    with UnixUser(sudoers="ALL=(ALL) ALL", password=PLANTED) as person:
        look = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c '{}'"
        reply = visit(
            server,
            look.format("pl4nte[d]"),  # brackets, lest the look finds itself
            look.format("hmaint-sud[o]"),
            user=person.name,
            sudo=True,
            sudo_password=Secret("plain", PLANTED),
        )
        assert reply[0].out == b"0\n"
        assert reply[1].out != b"0\n"  # the same look does find what is there


# --- jump hosts


def test_a_host_behind_two_jump_hosts_is_reached_and_they_are_shared() -> None:
    with running(Sshd()) as near, running(Sshd()) as far, running(Sshd()) as target:
        outer = host_of(near, "bastion")
        inner = host_of(far, "core", jumps=("bastion",))
        goals = [replace(host_of(target, jumps=("core",)), name=f"icu-{number}") for number in range(6)]
        site = site_of(outer, inner, *goals)
        way = door(near, far, target)
        answers: list[bytes] = []

        def look(number: int) -> None:
            answers.append(run(way.open(goals[number], site), "echo in")[0].out)

        threads = [threading.Thread(target=look, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [b"in\n"] * 6
        assert near.log.read_text().count("Accepted publickey") == 1
        assert far.log.read_text().count("Accepted publickey") == 1
        assert target.log.read_text().count("Accepted publickey") == 6
        way.close()


def test_a_jump_host_may_be_written_out(server: Sshd) -> None:
    with running(Sshd()) as near:
        near.authorize(server.key)
        word = f"{near.user}@{near.address}:{near.port}"
        host = host_of(server, jumps=(word,))
        way = door(near, server)
        assert run(way.open(host, site_of(host)), "echo in")[0].out == b"in\n"
        way.close()


def test_the_key_of_a_host_behind_a_jump_host_can_be_fetched(server: Sshd) -> None:
    with running(Sshd()) as near:
        outer, host = host_of(near, "bastion"), host_of(server, jumps=("bastion",))
        way = door(near)
        keys = way.fetch_keys(host, site_of(outer, host))
        assert f"[{server.address}]:{server.port} {keys[0]}\n" == server.known_hosts_line()
        way.close()


def refusal(servers: list[Sshd], *hosts: object) -> str:
    way = door(*servers)
    with pytest.raises(CouldNotLook) as caught:
        way.open(hosts[0], site_of(*hosts))  # type: ignore[arg-type]
    way.close()
    return caught.value.reason


def test_a_jump_host_with_an_unknown_key_is_refused_by_name(server: Sshd) -> None:
    with running(Sshd()) as near:
        reason = refusal([server], host_of(server, jumps=("bastion",)), host_of(near, "bastion"))
    assert reason.startswith("跳板 bastion：主机密钥未知")


def test_a_jump_host_that_forbids_forwarding_says_so(server: Sshd) -> None:
    with running(Sshd(["AllowTcpForwarding no"])) as near:
        reason = refusal([server, near], host_of(server, jumps=("bastion",)), host_of(near, "bastion"))
    assert reason == "跳板 bastion 不允许转发"


def test_a_host_that_is_down_behind_a_jump_host_says_which_link_failed(server: Sshd) -> None:
    gone = replace(host_of(server, jumps=("bastion",)), port=1)
    reason = refusal([server], gone, host_of(server, "bastion"))
    assert "跳板 bastion 连不到 127.0.0.1:1" in reason


def test_jump_hosts_in_a_circle_are_refused(server: Sshd) -> None:
    first, second = host_of(server, "a", jumps=("b",)), host_of(server, "b", jumps=("a",))
    assert "跳板成环：a → b → a" in refusal([server], first, second)


def test_a_jump_host_nobody_knows_is_refused(server: Sshd) -> None:
    assert "跳板 nobody 不在清单中" in refusal([server], host_of(server, jumps=("nobody",)))


# --- old servers

OLD = [
    "KexAlgorithms diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
    "HostKeyAlgorithms ssh-rsa",
    "PubkeyAcceptedAlgorithms ssh-rsa",
    "Ciphers aes128-cbc,3des-cbc",
    "MACs hmac-sha1,hmac-md5",
]


@pytest.mark.parametrize(
    "kex",
    [
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group-exchange-sha256",
    ],
)
def test_an_old_server_is_reached_where_the_inventory_says_legacy(kex: str) -> None:
    with running(Sshd([f"KexAlgorithms {kex}", *OLD[1:]], host_keys=["rsa"])) as server:
        key = server.make_key("old", "rsa")
        server.authorize(key)
        assert visit(server, "echo in", key=str(key), legacy=True)[0].out == b"in\n"


def test_an_old_server_without_legacy_says_what_it_offered_and_what_to_set() -> None:
    with running(Sshd(OLD, host_keys=["rsa"])) as server, pytest.raises(CouldNotLook) as caught:
        visit(server, "echo in")
    assert "diffie-hellman-group14-sha1" in caught.value.reason
    assert "legacy: true" in caught.value.reason


def test_an_old_host_key_without_legacy_says_the_same() -> None:
    settings = ["HostKeyAlgorithms ssh-rsa"]
    with running(Sshd(settings, host_keys=["rsa"])) as server, pytest.raises(CouldNotLook) as caught:
        visit(server, "echo in")
    assert "主机密钥算法 ssh-rsa" in caught.value.reason
    assert "legacy: true" in caught.value.reason


class Stubborn(paramiko.ServerInterface):
    """A server side that knows no signature of ours, as those before RFC 8332 and RFC 8308."""

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - the library's signature
        return "publickey"


@contextmanager
def spoken_to(server: Sshd, side: paramiko.ServerInterface, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server of the library's own that shows the real one's key; its port and a file that knows it."""
    transports = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            transport = paramiko.Transport(listener.accept()[0], server_sig_algs=False)
            transports.append(transport)
            transport.add_server_key(
                paramiko.Ed25519Key.from_private_key_file(str(server.folder / "host_ed25519"))
            )
            transport.start_server(event=threading.Event(), server=side)

        threading.Thread(target=serve, daemon=True).start()
        known = tmp_path / "known_hosts"
        known.write_text(server.known_hosts_line().replace(str(server.port), str(port)))
        yield port, known
    for transport in transports:
        transport.close()


class Curious(paramiko.ServerInterface):
    """A server side that asks for the password and then for more."""

    def __init__(self, *rounds: list[tuple[str, bool]]) -> None:
        self._rounds = list(rounds)
        self.heard: list[str] = []

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - the library's signature
        return "keyboard-interactive"

    def check_auth_interactive(self, username: str, submethods: str) -> paramiko.InteractiveQuery:  # noqa: ARG002 - as above
        return paramiko.InteractiveQuery("", "", *self._rounds.pop(0))

    def check_auth_interactive_response(self, responses: list[str]) -> int | paramiko.InteractiveQuery:
        self.heard += responses
        if self._rounds:
            return paramiko.InteractiveQuery("", "", *self._rounds.pop(0))
        return paramiko.AUTH_SUCCESSFUL


@pytest.mark.parametrize(
    ("rounds", "heard"),
    [
        ([[("Password:", False)], [("Verification code:", False)]], [PLANTED]),
        ([[("Password:", False), ("Code:", False)]], []),
        ([[("Password:", False)], [("Password:", False)]], [PLANTED]),
        ([[("Shown as you type:", True)]], []),
    ],
)
def test_a_password_answers_one_hidden_question_and_nothing_else(
    server: Sshd, tmp_path: Path, rounds: list[list[tuple[str, bool]]], heard: list[str]
) -> None:
    curious = Curious(*rounds)
    with spoken_to(server, curious, tmp_path) as (port, known):
        host = replace(host_of(server, key=None, password=Secret("plain", PLANTED)), port=port)
        with pytest.raises(CouldNotLook) as caught:
            door(known=[known]).open(host, site_of(host))
    assert caught.value.seen == Seen.DENIED
    assert PLANTED not in caught.value.reason
    assert curious.heard == heard


def test_a_server_that_is_silent_on_signatures_gets_the_same_hint(server: Sshd, tmp_path: Path) -> None:
    with spoken_to(server, Stubborn(), tmp_path) as (port, known):
        host = replace(host_of(server, key=str(server.make_key("rsa", "rsa"))), port=port)
        with pytest.raises(CouldNotLook) as caught:
            door(known=[known]).open(host, site_of(host))
    assert caught.value.seen == Seen.DENIED
    assert "legacy: true" in caught.value.reason


def test_legacy_does_not_weaken_a_modern_server(server: Sshd) -> None:
    key = server.make_key("modern", "rsa")
    server.authorize(key)
    assert visit(server, "echo in", key=str(key), legacy=True)[0].out == b"in\n"


def test_a_network_that_goes_silent_in_the_middle_costs_the_fragments_limit_and_the_way_back(
    server: Sshd, tmp_path: Path
) -> None:
    proxy = Proxy(server.port)
    known = tmp_path / "known_hosts"
    known.write_text(server.known_hosts_line().replace(str(server.port), str(proxy.port)))
    limits = replace(LIMITS, banner=1.5, host=20)
    host = replace(host_of(server), port=proxy.port, limits=limits)
    line = door(known=[known]).open(host, site_of(host))
    threading.Timer(1.0, proxy.stall).start()
    begun = time.monotonic()
    fragments = [
        Fragment("echo before"),
        Fragment("sleep 3; echo never heard", limit=4),
        Fragment("echo after"),
    ]
    before, during, after = line.trip(fragments)
    took = time.monotonic() - begun
    line.close()
    proxy.close()
    assert before.out == b"before\n"
    assert during.seen is Seen.TIMED_OUT
    assert after.seen is Seen.UNREACHABLE
    assert took < 16
