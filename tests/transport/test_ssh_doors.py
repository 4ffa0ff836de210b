"""Whose keys are believed, who is let in, and what is said where the door stays shut."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Limits, Secret
from hmaint.model.look import Fragment, Seen
from hmaint.transport.hostkeys import HostKeys, fetch_keys, fingerprint, remember
from hmaint.transport.ssh import SshDoor
from tests.contract.transports import LIMITS, door, host_of, run, site_of
from tests.services.fixtures import running
from tests.services.process import program
from tests.services.sshd import Sshd
from tests.services.unixuser import UnixUser

PLANTED = "pl4nted'\"$`\\ 密码"


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    with running(Sshd(host_keys=("ed25519", "ecdsa", "rsa"))) as sshd:
        yield sshd


def refused(opening: Callable[[], object]) -> CouldNotLook:
    with pytest.raises(CouldNotLook) as caught:
        opening()
    assert PLANTED not in caught.value.reason
    assert "\n" not in caught.value.reason
    return caught.value


def visit(host: Host, *servers: Sshd, secrets: dict[str, str] | None = None) -> bytes:
    return run(door(*servers, secrets=secrets).open(host, site_of(host)), "echo in")[0].out


def test_an_unknown_key_is_refused_with_its_fingerprint_and_the_way_to_trust_it(server: Sshd) -> None:
    host = host_of(server)
    nobody_known = SshDoor(HostKeys([]), lambda secret: secret.name, "me")
    failure = refused(lambda: nobody_known.open(host, site_of(host)))
    shown = {fingerprint(key) for key in fetch_keys(server.address, server.port, LIMITS)}
    assert failure.seen == Seen.DENIED
    assert "主机密钥未知" in failure.reason
    assert any(print_ in failure.reason for print_ in shown)
    assert "hmaint inventory trust icu-1" in failure.reason


def test_a_changed_key_is_refused_with_both_fingerprints(server: Sshd, tmp_path: Path) -> None:
    with running(Sshd()) as other:
        stale = tmp_path / "known_hosts"
        stale.write_text(other.known_hosts_line().replace(f":{other.port} ", f":{server.port} "))
        old = fetch_keys(other.address, other.port, LIMITS)[0]
    host = host_of(server)
    failure = refused(lambda: SshDoor(HostKeys([stale]), str, "me").open(host, site_of(host)))
    now = next(key for key in fetch_keys(server.address, server.port, LIMITS) if key.kind == old.kind)
    assert failure.seen == Seen.DENIED
    assert "主机密钥已变更" in failure.reason
    assert fingerprint(old) in failure.reason
    assert fingerprint(now) in failure.reason


def test_a_revoked_key_is_refused(server: Sshd, tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(server.known_hosts_line() + "@revoked * " + server.known_hosts_line().split(" ", 1)[1])
    host = host_of(server)
    assert "吊销" in refused(lambda: SshDoor(HostKeys([file]), str, "me").open(host, site_of(host))).reason


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_the_key_we_know_is_the_one_asked_for(server: Sshd, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(server.known_hosts_line(kind))
    host = host_of(server)
    line = SshDoor(HostKeys([file]), str, "me").open(host, site_of(host))
    assert run(line, "echo in")[0].out == b"in\n"


def test_every_key_of_a_server_can_be_fetched_and_remembered(server: Sshd, tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    keys = fetch_keys(server.address, server.port, LIMITS)
    assert {key.kind for key in keys} == {"ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"}
    for key in keys:
        remember(file, server.address, server.port, key)
    assert sorted(file.read_text().splitlines()) == sorted(server.known_hosts().read_text().splitlines())
    host = host_of(server)
    assert SshDoor(HostKeys([file]), str, "me").fetch_keys(host, site_of(host)) == keys


@pytest.mark.parametrize(
    ("kind", "style"),
    [("ed25519", ""), ("rsa", ""), ("rsa", "PEM"), ("rsa", "PKCS8"), ("ecdsa", ""), ("ecdsa", "PEM")],
)
@pytest.mark.parametrize("passphrase", ["", PLANTED])
def test_keys_of_every_kind_and_format_open_the_door(
    server: Sshd, kind: str, style: str, passphrase: str
) -> None:
    key = server.make_key(f"{kind}{style}{bool(passphrase)}", kind, passphrase, style)
    server.authorize(key)
    secret = Secret("secret", "phrase") if passphrase else None
    host = host_of(server, key=str(key), key_passphrase=secret)
    assert visit(host, server, secrets={"phrase": passphrase}) == b"in\n"


def test_a_key_in_the_home_folder_may_be_written_with_a_tilde(server: Sshd) -> None:
    home = Path(os.environ["HOME"])
    (home / "login").write_bytes(server.key.read_bytes())
    assert visit(host_of(server, key="~/login"), server) == b"in\n"


def test_without_key_and_password_the_default_key_is_tried(server: Sshd) -> None:
    folder = Path(os.environ["HOME"]) / ".ssh"
    folder.mkdir()
    host = host_of(server, key=None)
    assert refused(lambda: visit(host, server)).seen == Seen.DENIED
    (folder / "id_ed25519").write_bytes(server.key.read_bytes())
    assert visit(host, server) == b"in\n"


def test_the_agents_key_opens_the_door_where_it_is_asked_for(
    server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = server.make_key("agentless", "ed25519")
    told = tool("ssh-agent", "-s")
    for word in told.replace(";", "\n").splitlines():
        name, _, value = word.partition("=")
        if name in {"SSH_AUTH_SOCK", "SSH_AGENT_PID"}:
            monkeypatch.setenv(name, value)
    try:
        refused(lambda: visit(host_of(server, key=None), server))
        tool("ssh-add", "-q", str(server.key))
        assert visit(host_of(server, key=None), server) == b"in\n"
        assert visit(host_of(server, key=str(stranger), agent=True), server) == b"in\n"
        assert refused(lambda: visit(host_of(server, key=str(stranger)), server)).seen == Seen.DENIED
    finally:
        tool("ssh-agent", "-k")


def tool(name: str, *words: str) -> str:
    path = program(name, "openssh-client")
    return subprocess.run([path, *words], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words


def test_a_line_closed_from_another_thread_ends_its_trip(server: Sshd) -> None:
    host = host_of(server)
    line = door(server).open(host, site_of(host))
    threading.Timer(0.5, line.close).start()
    begun = time.monotonic()
    first, second = line.trip([Fragment("sleep 9"), Fragment("echo more")])
    assert time.monotonic() - begun < 5
    assert (first.seen, second.seen) == (Seen.UNREACHABLE, Seen.UNREACHABLE)


def test_a_key_that_is_not_accepted_names_user_and_method(server: Sshd) -> None:
    stranger = server.make_key("stranger", "ed25519")
    failure = refused(lambda: visit(host_of(server, key=str(stranger)), server))
    assert failure.seen == Seen.DENIED
    assert f"用户 {server.user} 的密钥 {stranger}不被接受" in failure.reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "私钥文件不存在"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "puttygen"),
        ("ssh-ed25519 AAAA me\n", "这是公钥"),
        ("nonsense", "无法识别私钥"),
    ],
)
def test_a_file_that_is_no_private_key_says_so(
    server: Sshd, tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "id"
    if content is not None:
        file.write_text(content)
    assert words in refused(lambda: visit(host_of(server, key=str(file)), server)).reason


def test_an_encrypted_key_without_or_with_a_wrong_passphrase_says_so(server: Sshd) -> None:
    key = server.make_key("locked", "ed25519", "right")
    assert "key_passphrase" in refused(lambda: visit(host_of(server, key=str(key)), server)).reason
    wrong = host_of(server, key=str(key), key_passphrase=Secret("plain", PLANTED))
    assert "口令不正确" in refused(lambda: visit(wrong, server)).reason


@pytest.fixture(scope="module")
def user() -> Iterator[UnixUser]:
    with UnixUser(password=PLANTED) as person:
        yield person


@pytest.mark.parametrize(
    "options",
    [["PasswordAuthentication yes"], ["UsePAM yes", "KbdInteractiveAuthentication yes"]],
    ids=["password", "keyboard-interactive"],
)
def test_a_password_opens_the_door_and_a_wrong_one_is_tried_once(user: UnixUser, options: list[str]) -> None:
    with running(Sshd([*options, "LogLevel VERBOSE"])) as server:
        host = host_of(server, user=user.name, key=None, password=Secret("secret", "pw"))
        assert visit(host, server, secrets={"pw": PLANTED}) == b"in\n"
        failure = refused(lambda: visit(host, server, secrets={"pw": PLANTED + "x"}))
        assert failure.seen == Seen.DENIED
        assert f"用户 {user.name} 的口令不被接受" in failure.reason
        assert server.log.read_text(errors="replace").count("Failed") <= 1
        assert PLANTED not in server.log.read_text(errors="replace")


def test_a_server_that_wants_key_and_password_gets_both(user: UnixUser) -> None:
    options = ["PasswordAuthentication yes", "AuthenticationMethods publickey,password"]
    with running(Sshd(options)) as server:
        host = host_of(server, user=user.name, password=Secret("plain", PLANTED))
        assert visit(host, server) == b"in\n"


@pytest.fixture
def peculiar() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """Serves loopback connections by a function of the test's; hands out the port."""
    listeners: list[socket.socket] = []

    def serve(behave: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            held = []
            while True:
                try:
                    link, _ = listener.accept()
                    held.append(link)
                    behave(link)
                except OSError:
                    break
            for link in held:
                link.close()

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    yield serve
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def shut(port: int, **limits: float) -> tuple[CouldNotLook, float]:
    host = Host("icu-1", "icu", "127.0.0.1", port, limits=replace(LIMITS, **limits))  # type: ignore[arg-type]
    begun = time.monotonic()
    failure = refused(lambda: door().open(host, site_of(host)))
    return failure, time.monotonic() - begun


def test_a_host_that_is_down_says_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failure, _ = shut(port)
    assert failure.seen == Seen.UNREACHABLE
    assert "连接被拒绝" in failure.reason


def test_a_host_that_does_not_answer_costs_its_connect_limit() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = []
        for _ in range(3):  # the queue is full: further connections get no answer at all
            filler = socket.socket()
            filler.settimeout(0)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        failure, took = shut(listener.getsockname()[1], connect=1.0)
        for filler in fillers:
            filler.close()
    assert "连接超时（1 秒）" in failure.reason
    assert took < 4


def test_a_name_that_does_not_resolve_says_so() -> None:
    host = Host("icu-1", "icu", "no-such-host.invalid", limits=LIMITS)
    assert "域名无法解析" in refused(lambda: door().open(host, site_of(host))).reason


def test_a_server_that_says_nothing_costs_its_banner_limit(peculiar: Callable[..., int]) -> None:
    failure, took = shut(peculiar(id), banner=1.0)
    assert failure.seen == Seen.UNREACHABLE
    assert "未发送 SSH 标识（已等待 1 秒）" in failure.reason
    assert took < 4


def test_a_server_that_drips_cannot_stretch_the_banner_limit(peculiar: Callable[..., int]) -> None:
    def drip(link: socket.socket) -> None:
        def drops() -> None:
            try:
                while True:
                    link.sendall(b"x")
                    time.sleep(0.1)
            except OSError:
                return

        threading.Thread(target=drops, daemon=True).start()

    failure, took = shut(peculiar(drip), banner=1.5)
    assert "未发送 SSH 标识" in failure.reason
    assert took < 5


def test_a_server_that_floods_instead_of_a_banner_is_left_early(peculiar: Callable[..., int]) -> None:
    def flood(link: socket.socket) -> None:
        def waves() -> None:
            try:
                while True:
                    link.sendall(b"\x00\xff" * 32_768)
            except OSError:
                return

        threading.Thread(target=waves, daemon=True).start()

    failure, took = shut(peculiar(flood), banner=20.0)
    assert "可能不是 SSH 服务" in failure.reason
    assert took < 10


def test_another_service_on_the_port_is_named(peculiar: Callable[..., int]) -> None:
    def web(link: socket.socket) -> None:
        link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        link.close()

    failure, _ = shut(peculiar(web))
    assert "HTTP/1.1 400 Bad Request" in failure.reason


def test_a_server_that_hangs_up_at_once_says_so(peculiar: Callable[..., int]) -> None:
    failure, took = shut(peculiar(lambda link: link.close()))
    assert "即被对方关闭" in failure.reason
    assert took < 4


def test_a_server_that_stalls_in_key_exchange_costs_its_login_limit(peculiar: Callable[..., int]) -> None:
    failure, took = shut(peculiar(lambda link: link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")), login=1.0)
    assert "密钥交换超过 1 秒" in failure.reason
    assert took < 4


def test_a_server_of_the_first_protocol_is_named(peculiar: Callable[..., int]) -> None:
    failure, _ = shut(peculiar(lambda link: link.sendall(b"SSH-1.5-OpenSSH_1.2\r\n")))
    assert "SSH-1.5" in failure.reason


def test_a_greeting_of_many_lines_before_the_identification_is_read_past() -> None:
    with running(Sshd()) as server, socket.create_server(("127.0.0.1", 0)) as front:

        def relay() -> None:
            near, _ = front.accept()
            far = socket.create_connection((server.address, server.port))
            near.sendall("本系统仅限授权用户\r\n".encode() * 3)
            threading.Thread(target=pump, args=(near, far), daemon=True).start()
            pump(far, near)

        threading.Thread(target=relay, daemon=True).start()
        port = front.getsockname()[1]
        host = replace(host_of(server), port=port)
        known = server.folder / "front"
        known.write_text(server.known_hosts_line().replace(str(server.port), str(port)))
        assert run(door(known=[known]).open(host, site_of(host)), "echo in")[0].out == b"in\n"


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            end.close()


def test_twenty_threads_share_one_door(server: Sshd) -> None:
    host = host_of(server)
    shared = door(server)
    answers: list[bytes] = []

    def look(number: int) -> None:
        answers.append(run(shared.open(host, site_of(host)), f"echo {number}")[0].out)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(f"{number}\n".encode() for number in range(20))


def test_limits_of_the_host_begin_when_it_is_opened(server: Sshd) -> None:
    host = replace(host_of(server), limits=Limits(host=1.0))
    line = door(server).open(host, site_of(host))
    time.sleep(1.1)
    reply = line.trip([Fragment("echo late")])[0]
    line.close()
    assert reply.seen is Seen.TIMED_OUT
