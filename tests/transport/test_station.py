"""Acts on a host: begun once whatever breaks, watched to their end, locked against whoever else comes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest

from hmaint.errors import Refused
from hmaint.transport.lease import Holder, LeaseHeld, LeaseLost
from hmaint.transport.local import LocalPipes, LocalShell
from hmaint.transport.orders import Order, plain
from hmaint.transport.parcel import stage
from hmaint.transport.reach import Abandoned, Unreachable
from hmaint.transport.shell import LinkLost, Pipes
from hmaint.transport.station import Station
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk

SHELLS = {"dash": "exec dash", "bash": "exec bash --posix", "busybox": "exec busybox sh"}


def ALWAYS() -> bool:  # noqa: N802 - it stands for a constant
    """Watch to the end."""
    return True


class Through:
    """A line to this machine on which every /bin/sh is another shell, and which can be cut."""

    def __init__(self, shell: Path) -> None:
        self.shell = str(shell)
        self.cut_after = 0
        self.begun = 0

    def start(self, command: str, seconds: float) -> Pipes:
        """Start it, or lose the connection once the host has the whole request."""
        self.begun += 1
        pipes = LocalShell().start(command.replace("/bin/sh", self.shell), seconds)
        return Cut(pipes, self.shell) if self.begun == self.cut_after else Other(pipes, self.shell)

    def close(self) -> None:
        """Nothing is held open."""


class Other:
    """Pipes whose script names the other shell."""

    def __init__(self, pipes: LocalPipes, shell: str) -> None:
        self._pipes, self._shell = pipes, shell

    def send(self, data: bytes, *, last: bool) -> None:
        self._pipes.send(data.replace(b"/bin/sh", self._shell.encode()), last=last)

    @property
    def backlog(self) -> int:
        return self._pipes.backlog

    def receive(self, seconds: float) -> object:
        return self._pipes.receive(seconds)

    def close(self) -> None:
        self._pipes.close()


class Cut(Other):
    """The host gets all of it, and its answer never comes."""

    def receive(self, seconds: float) -> object:  # noqa: ARG002 - the contract of pipes
        until = time.monotonic() + 5
        while self._pipes.backlog and time.monotonic() < until:
            self._pipes.receive(0.1)
        time.sleep(0.3)
        raise LinkLost("cut")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    # A bash that lacks the tests' locale says so before every command.
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A shell to run everything with."""
    path = tmp_path / "sh"
    path.write_text(f'#!/bin/sh\n{SHELLS[request.param]} "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """Whatever shell this machine has."""
    path = tmp_path / "sh"
    path.symlink_to("/bin/sh")
    return path


def station(
    shell: Path, run: str = "R-1", laptop: str = "a", process: str = "1", **more: object
) -> tuple[Station, Through]:
    """A station of a run, as a laptop opens it."""
    line = Through(shell)
    holder = Holder(run, f"token-{laptop}", f"{laptop}-{process}", f"张工 on {laptop}")
    settings = {"patience": 10.0, "abandoned": Event(), **more}
    return Station("app", lambda: line, str(shell.parent / "base"), holder, **settings), line  # type: ignore[arg-type,return-value]


def order(name: str, text: str, **secrets: str) -> Order:
    """The first attempt of an act."""
    return Order(f"{name}.do.1", f"{name}@app", name, text, secrets, 20.0)


def test_an_act_leaves_its_end_and_its_words(shell: Path) -> None:
    held, _line = station(shell)
    assert held.take("new") == 1
    known, told = held.perform(order("a", 'echo "it is $HMAINT_ACT"; exit 3'), ALWAYS, order("p", "exit 0"))
    assert (known.state, known.code, known.out) == ("ended", 3, b"it is a@app\n")
    assert told.code is None  # an act that failed is not asked about
    assert known.started <= known.ended


def test_a_probe_tells_yes_no_and_neither(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    for code in (0, 1, 7):
        _known, told = held.perform(order(f"a{code}", ":"), ALWAYS, order("p", f"exit {code}"))
        assert told.code == code


def test_what_lost_its_connection_is_found_again_and_not_begun_twice(shell: Path) -> None:
    held, line = station(shell)
    held.take("new")
    ledger = shell.parent / "ledger"
    line.cut_after = line.begun + 1
    known, _told = held.perform(order("a", f"echo ran >> {ledger}; sleep 0.5"), ALWAYS)
    assert (known.state, known.code) == ("ended", 0)
    assert ledger.read_text() == "ran\n"


def test_what_was_barred_never_begins(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    assert held.settle("a.do.1").state == "barred"
    known, _told = held.perform(order("a", f"touch {shell.parent}/never"), ALWAYS)
    assert known.state == "barred"
    assert not (shell.parent / "never").exists()


def test_a_runner_that_was_killed_is_told_apart_from_one_that_runs(
    shell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmaint.transport.station._WATCH", 1)
    held, _line = station(shell)
    held.take("new")
    known, _told = held.perform(order("a", "sleep 600"), lambda: False)
    assert known.state == "running"
    pid = int((Path(held.folder) / "a.do.1" / "pid").read_text().split()[0])
    assert held.look("a.do.1").state == "running"
    subprocess.run(["pkill", "-KILL", "-s", str(pid)], check=True)  # noqa: S603, S607 - a session this test began
    assert held.look("a.do.1").state == "gone"


def test_only_one_run_holds_a_host_and_a_takeover_wants_silence(one: Path) -> None:
    first, _line = station(one)
    other, _line = station(one, run="R-2", laptop="b")
    heir, _line = station(one, laptop="b")
    assert first.take("new") == 1
    for held, how in ((other, "new"), (other, "takeover"), (heir, "resume"), (heir, "takeover")):
        with pytest.raises(LeaseHeld, match="R-1"):
            held.take(how)
    first.rest()
    with pytest.raises(LeaseHeld) as told:
        other.take("new")
    assert told.value.quiet
    assert heir.take("takeover") == 2
    with pytest.raises(LeaseLost):
        first.perform(order("late", f"touch {one.parent}/never"), ALWAYS)
    assert not (one.parent / "never").exists()
    heir.release()
    assert other.take("new") == 3


def test_the_same_laptop_comes_back_under_a_higher_number(one: Path) -> None:
    before, _line = station(one)
    before.take("new")
    after, _line = station(one, process="2")
    assert after.take("resume") == 2
    with pytest.raises(LeaseLost):
        before.touch()


def test_of_two_who_come_at_once_one_gets_it(one: Path) -> None:
    came: list[str] = []

    def take(name: str) -> None:
        try:
            station(one, run=f"R-{name}", laptop=name)[0].take("new")
            came.append(name)
        except LeaseHeld:
            pass

    threads = [Thread(target=take, args=(str(n),)) for n in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(came) == 1


def test_the_copy_of_the_journal_is_whole_whatever_was_sent_twice(shell: Path) -> None:
    held, line = station(shell)
    held.take("new")
    journal = b'{"a": "it\'s \xe5\xae\x8c"}\n'
    held.copying(lambda: journal)
    held.touch()
    journal += b'{"b": "$HOME `x` \\\\n"}\n'
    line.cut_after = line.begun + 1
    held.touch()
    journal += b"{}\n"
    held.touch()
    assert held.copies() == (journal,)


def test_a_copy_that_lags_or_was_torn_is_made_whole_again(one: Path) -> None:
    held, _line = station(one)
    held.take("new")
    journal = b"".join(b'{"n": %d}\n' % n for n in range(5))
    held.copying(lambda: journal)
    held.touch()
    (copy,) = Path(held.folder).glob("journal.*")
    copy.write_bytes(journal[:9])
    journal += b'{"more": 1}\n'
    held.touch()
    held.touch()
    assert copy.read_bytes() == journal


def test_bytes_arrive_whole_or_not_at_all(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    content = bytes(range(256)) * 500
    digest = sha256(content).hexdigest()
    stage(held, order("a", ""), len(content), digest, lambda: iter([content[:1000], content[1000:]]))
    place = Path(held.folder) / "keep.a" / "payload"
    assert place.read_bytes() == content
    with pytest.raises(Refused):
        stage(held, order("b", ""), len(content), digest, lambda: iter([content[:-1]]))
    assert not list((place.parents[1] / "keep.b").iterdir())


def test_what_has_no_room_is_refused_before_a_byte_is_sent(one: Path) -> None:
    held, _line = station(one)
    held.take("new")

    def pieces() -> Iterator[bytes]:
        raise AssertionError("nothing was to be sent")
        yield b""

    with pytest.raises(Refused, match="MB"):
        stage(held, order("a", ""), 2**50, "0" * 64, pieces)


def test_a_secret_is_in_no_file_afterwards_and_in_no_argument(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    ask = "cat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' '; printf '%s' \"$DB\" | wc -c"
    known, _told = held.perform(order("a", ask, DB="p'l$a\"nted-secret"), ALWAYS)
    assert known.code == 0
    assert b" 17" in known.out
    assert b"nted-secret" not in known.out
    found = subprocess.run(["grep", "-r", "nted-secret", str(one_up(held))], capture_output=True, check=False)  # noqa: S603, S607 - a fixed tool
    assert found.returncode == 1, found.stdout


def one_up(held: Station) -> Path:
    """The folder of all runs."""
    return Path(held.folder).parent


def test_a_folder_of_somebody_else_is_refused(one: Path) -> None:
    base = one.parent / "base"
    base.symlink_to("/tmp")  # noqa: S108 - what a hostile neighbour would do
    held, _line = station(one)
    with pytest.raises(Refused, match="base"):
        held.take("new")


def test_output_is_capped_and_a_flood_does_not_stop_the_act(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    known, _told = held.perform(order("a", "head -c 3000000 /dev/zero | tr '\\0' x; echo end"), ALWAYS)
    assert (known.code, len(known.out)) == (0, 65_536 - 1024)


def test_an_act_beyond_its_time_is_ended_on_the_host(shell: Path) -> None:
    held, _line = station(shell)
    held.take("new")
    late = Order("a.do.1", "a@app", "a", "sleep 60", {}, 1.0)
    known, _told = held.perform(late, ALWAYS)
    assert (known.state, known.code) == ("ended", 124)


def test_a_host_that_stays_away_is_unreachable_and_a_person_may_stop_watching() -> None:
    gone = Event()

    def never() -> object:
        raise LinkLost("no way")

    held = Station("app", never, "/tmp/x", Holder("R", "t", "s", "o"), patience=0.5, abandoned=gone)  # type: ignore[arg-type] # noqa: S108 - never reached
    with pytest.raises(Unreachable):
        held.touch()
    gone.set()
    with pytest.raises(Abandoned):
        held.touch()


def test_names_of_folders_are_plain_and_never_alike() -> None:
    names = ["一@二", "a/b@c", "a-b@c", "x" * 300, "x" * 301]
    made = [plain(name) for name in names]
    assert len(set(made)) == len(names)
    assert all(each.isascii() and "/" not in each and len(each) < 64 for each in made)


def test_on_a_full_disk_nothing_is_begun_and_no_question_is_answered(tmp_path: Path) -> None:
    shell = tmp_path / "sh"
    shell.symlink_to("/bin/sh")
    with running(SmallDisk(tmp_path / "small", 1)) as disk:
        line = Through(shell)
        base = str(disk.folder / "base")
        held = Station("app", lambda: line, base, Holder("R", "t", "s", "o"), patience=5.0, abandoned=Event())  # type: ignore[arg-type,return-value]
        held.take("new")
        disk.fill()
        known, _told = held.perform(order("a", f"touch {tmp_path}/never\n" + ": \n" * 3000), ALWAYS)
        assert known.state == "barred"
        assert not (tmp_path / "never").exists()
        assert held.question(order("q", "exit 0\n" + ": \n" * 3000)).code not in {0, 1}


def test_half_a_secret_at_the_end_of_what_the_host_kept_is_let_go(one: Path) -> None:
    held, _line = station(one, mask=lambda text: text.replace("s3cret-word", "***"))
    held.take("new")
    loud = "printf 'first s3cret-word\n'; head -c 65510 /dev/zero | tr '\\0' x; printf '\n%s' s3cret-words3cret-word"
    known, _told = held.perform(order("loud", loud), lambda: True)
    assert known.out.startswith(b"first ***\nxxx")
    assert b"s3cret" not in known.out
    asked = held.question(order("ask", "head -c 8185 /dev/zero | tr '\\0' x; printf '\n%s' s3cret-word"))
    assert asked.out.endswith(b"x\n")


def test_a_lease_that_was_asked_for_and_never_answered_may_be_ours(one: Path) -> None:
    held, line = station(one, patience=0.1)
    line.cut_after = 1
    with pytest.raises(Unreachable):
        held.take("new")
    assert held.holds
    line.cut_after = 0
    held.take("new")
    assert held.holds
    other, _line = station(one, run="R-2")
    with pytest.raises(LeaseHeld):
        other.take("new")
    assert not other.holds
    held.release()
    assert not held.holds


def test_a_host_that_was_never_reached_holds_no_lease_for_us() -> None:
    def never() -> object:
        raise LinkLost("no way")

    held = Station("app", never, "/tmp/x", Holder("R", "t", "s", "o"), patience=0.1, abandoned=Event())  # type: ignore[arg-type] # noqa: S108 - never reached
    with pytest.raises(Unreachable):
        held.take("new")
    assert not held.holds


def test_a_host_tells_whether_it_has_the_journal(tmp_path: Path) -> None:
    shell = tmp_path / "sh"
    shell.symlink_to("/bin/sh")
    with running(SmallDisk(tmp_path / "small", 1)) as disk:
        base = str(disk.folder / "base")
        line = Through(shell)
        held = Station("app", lambda: line, base, Holder("R", "t", "s", "o"), patience=5.0, abandoned=Event())  # type: ignore[arg-type,return-value]
        held.take("new")
        kept = b"one\n"
        held.copying(lambda: kept)
        assert held.touch()
        kept += "一".encode()[:2]  # another thread is in the middle of a line
        assert held.touch()
        assert held.copies() == (b"one\n",)
        kept = b"one\n"
        disk.fill()
        kept += b"two" * 5000 + b"\n"
        assert not held.touch()
