"""A host that is being upgraded: its lease, its acts under the detached runner, its copy of the journal.

Every request may be sent again after a broken connection: what was begun is found, and never begun twice.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from shlex import quote
from threading import Event, Lock
from typing import TypeVar

from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.exchange import Answer, exchange
from hmaint.transport.line import Line
from hmaint.transport.shell import LinkLost

T = TypeVar("T")
LEASE = 300
"""Seconds without a word from its holder after which a lease may be taken over with a reason."""
_WATCH = 20
"""Seconds one request waits for an act at most; each request is a sign of life."""
_TRIP = 60.0
"""Seconds a request may take beside waiting."""
_ASKING = 60.0
"""Seconds a question may take."""
_CAP = 65_536
"""Bytes kept of what an act prints."""
_SHORN = 1024
"""Bytes at the end of what was cut that may be the beginning of a secret."""
_ANSWER = 8192
"""Bytes kept of what a question prints, as `hm_ask` of detached.sh has it."""
_FIRST, _LAST = 0.3, 20.0
"""Seconds between two tries to reach a host again: the first, and the longest."""


class Unreachable(CouldNotLook):
    """A host did not come back within the time it was given; what runs there goes on."""


class Abandoned(Unreachable):
    """The person at the laptop stopped watching; what runs there goes on."""


class LeaseLost(Refused):
    """Another laptop has taken the lease: nothing more may be done from here."""


class LeaseHeld(Refused):
    """The host is being upgraded by somebody: in which `run`, and whether its holder has gone `quiet`."""

    def __init__(self, words: str, run: str, *, quiet: bool) -> None:
        super().__init__(words)
        self.run = run
        self.quiet = quiet


@dataclass(frozen=True, slots=True)
class Known:
    """How an act stands on its host.

    `state`: none, claimed, begun, running, ended, gone (died without an end), barred (never began and never will).
    Times are seconds of the host's own clock since 1970, 0 where not known.
    """

    state: str
    code: int | None = None
    out: bytes = b""
    started: int = 0
    ended: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {"ended", "gone", "barred", "none"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a question was answered with: 0 yes, 1 no, else nobody knows; None where it was not put."""

    code: int | None
    out: bytes = b""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks for the lease: his run, the secret of its laptop, the process, and what people are told."""

    run: str
    token: str
    session: str
    owner: str


@dataclass(frozen=True, slots=True)
class Order:
    """A script to be run on a host: `key` names this very attempt, `keep` the folder of its act."""

    key: str
    act: str
    keep: str
    text: str
    secrets: Mapping[str, str]
    limit: float = 0.0
    """Seconds after which the runner ends it; 0: never."""


def plain(name: str) -> str:
    """A name fit for a folder on any host, the same every time and never that of another."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)[:40]
    return f"{kept}.{sha256(name.encode()).hexdigest()[:10]}"


class Station:
    """One host of a run, used by one thread at a time; connects when first asked, and again when it must."""

    def __init__(  # noqa: PLR0913 - a way to the host and how long to hold on to it
        self,
        name: str,
        connect: Callable[[], Line],
        base: str,
        holder: Holder,
        *,
        patience: float,
        abandoned: Event,
        hear: Callable[[str], None] = lambda _words: None,
        mask: Callable[[str], str] = str,
    ) -> None:
        """`patience` is in seconds: how long a host may be gone before it is unreachable.

        `mask` takes secrets out of what acts print, before anybody cuts it: half a secret is not recognised any more.
        """
        self.name = name
        self.fence = 0
        self.holds = False
        """Whether the host may have given us its lease: it did, or its answer never came."""
        self.boot = "unknown"
        self.skew = 0.0
        """Seconds the host's clock is ahead of the laptop's."""
        self._connect, self._base, self._holder = connect, base.rstrip("/"), holder
        self.patience, self._abandoned, self._hear, self._mask = patience, abandoned, hear, mask
        self._line: Line | None = None
        self._using = Lock()
        self._copied, self._sent = 0, False
        self._journal: Callable[[], bytes] = lambda: b""

    @property
    def folder(self) -> str:
        """Where this run lies on the host."""
        return f"{self._base}/{plain(self._holder.run)}"

    def copying(self, journal: Callable[[], bytes]) -> None:
        """From now on every request brings the copy of the journal on the host up to date."""
        self._journal = journal

    # ---- the lease -------------------------------------------------------------------------------------------------

    def take(self, how: str) -> int:
        """Take the lease (`new`, `resume` on the same laptop, or `takeover`), and give its number.

        LeaseHeld with who holds it where it is not free; Refused where the folder cannot be had.
        """
        who = self._holder
        words = " ".join(quote(each) for each in (who.run, who.token, who.session, who.owner))
        self._sent = False
        try:
            answer = self._ask(f"hm_take {words} {LEASE} {how}")
        except CouldNotLook:
            self.holds = self._sent
            raise
        if held := answer.first("held"):
            raise self._held(held)
        if (lease := answer.first("lease")) is None:
            raise Refused(_("{host}: the lease could not be taken").format(host=self.name))
        self.fence, self.holds = int(lease[0]), True
        return self.fence

    def _held(self, words: list[str]) -> LeaseHeld:
        run, until, now, *owner = words
        quiet = int(until) <= int(now)
        text = (
            _("{host} is being upgraded: run {run} of {owner}")
            if not quiet
            else _(
                "{host} holds the unfinished run {run} of {owner}, who is not at it now; go on with it or take it over:"
                " hmaint upgrade resume {run}"
            )
        )
        return LeaseHeld(text.format(host=self.name, run=run, owner=" ".join(owner)), run, quiet=quiet)

    def rest(self) -> None:
        """Stop for now: the lease stays with the run, and may be taken over at once."""
        self._ask(f"hm_fence {self.fence} {LEASE} && hm_rest {self.fence}")

    def release(self) -> None:
        """The run is over: the host is free for the next, and what acts printed is taken away."""
        tidy = 'rm -rf "$hm_run"/*/out "$hm_run"/*/secrets "$hm_run"/keep.*'
        self._ask(f'hm_top\n[ "$hm_t" = {self.fence} ] && {{\n{tidy}\nhm_release {self.fence}\n}}')
        self.holds = False

    # ---- acts ------------------------------------------------------------------------------------------------------

    def perform(
        self, order: Order, watched: Callable[[], bool], probe: Order | None = None
    ) -> tuple[Known, Told]:
        """Run a script unless it was begun before, watch it to its end, and ask whether its effect is there.

        Comes back before the end where `watched` says so. Unreachable, Abandoned, LeaseLost as they are.
        """
        return self._attended(order.key, self._begun(order), watched, probe)

    def attend(self, key: str, watched: Callable[[], bool], probe: Order | None = None) -> tuple[Known, Told]:
        """Watch what was begun before to its end, as `perform` does."""
        return self._attended(key, ":", watched, probe)

    def _attended(
        self, key: str, body: str, watched: Callable[[], bool], probe: Order | None
    ) -> tuple[Known, Told]:
        question = "" if probe is None else self._question(probe)
        asked = f'[ "$hm_w" = ended ] && [ "$hm_rc" = 0 ] && {{\n{question}\n}}' if probe else ":"
        while True:
            request = self._fenced(f"{body}\nhm_wait {key} {_WATCH}\n{asked}")
            answer = self._ask(request, waiting=_WATCH + _asking(probe))
            known = _known(answer)
            if known.over or not watched():
                return known, _told(answer, known)
            body = ":"

    def _begun(self, order: Order) -> str:
        """Claim the act, write what it needs, and start it; where that is not whole (a full disk) it is barred."""
        at, keep = f"$hm_run/{order.key}", f"$hm_run/keep.{order.keep}"
        files = {"do": f"{order.text}\n", "env": self._names(order)}
        if order.secrets:
            files["secrets"] = _exports(order.secrets)
        written = [f"printf '%s' {quote(text)} >\"{at}/{name}\"" for name, text in files.items()]
        whole = [f'hm_whole "{at}/{name}" {len(text.encode())}' for name, text in files.items()]
        start = f'hm_start {order.key} {math.ceil(order.limit)} {_CAP} "$hm_umask"'
        checked = " && ".join([*whole, f'[ -d "{keep}" ]', start])
        lines = [f'mkdir -p "{keep}"', f"if hm_claim {order.key}; then", *written]
        return "\n".join([*lines, f"{checked} || hm_bar {order.key} >/dev/null", "fi"])

    def _names(self, order: Order) -> str:
        keep = f"{self.folder}/keep.{order.keep}"
        named = {"HMAINT_RUN": self._holder.run, "HMAINT_ACT": order.act, "HMAINT_KEEP": keep}
        return _exports(named)

    def _question(self, order: Order) -> str:
        limit = math.ceil(order.limit or _ASKING)
        text = f"{order.text}\n"
        return (
            f"(\n{self._names(order)}{_exports(order.secrets)}hm_text={quote(text)}\n"
            f'hm_ask {order.key} {limit} "$hm_umask" {len(text.encode())}\n)'
        )

    def look(self, key: str) -> Known:
        """How an act stands, changing nothing."""
        return _known(self._ask(f"hm_look {key}"))

    def settle(self, key: str) -> Known:
        """How an act stands that was perhaps begun: what has not begun by now never will."""
        return _known(self._ask(self._fenced(f"hm_bar {key}")))

    def question(self, order: Order) -> Told:
        """Run a script that only reads: 0 yes, 1 no, else it is not known."""
        answer = self._ask(self._question(order), waiting=_asking(order))
        return _told(answer, Known("ended", 0))

    @property
    def abandoned(self) -> bool:
        """Whether the person at the laptop stopped watching."""
        return self._abandoned.is_set()

    def beat(self) -> None:
        """A sign of life while nothing else is asked of the host; what cannot be reached just now is left alone.

        LeaseLost where the lease was taken over.
        """
        if not self._using.acquire(blocking=False):
            return
        try:
            if self._line is None:
                return
            answer = exchange(self._line, self._request(f"hm_fence {self.fence} {LEASE}"), _TRIP)
        except (LinkLost, CouldNotLook):
            self.close()
            return
        finally:
            self._using.release()
        self._refuse_lost(answer)

    def touch(self, patience: float | None = None) -> bool:
        """A sign of life: the lease is held for longer, the copy of the journal is brought up to date.

        False where the host does not have the whole copy: its disk is full, or what it had was too short.
        """
        whole = len(self._lines())
        self._ask(self._fenced(":"), patience=patience)
        return self._copied >= whole

    # ---- files -----------------------------------------------------------------------------------------------------

    def stage(self, order: Order, size: int, digest: str, pieces: Callable[[], Iterator[bytes]]) -> None:
        """Put bytes into `payload` of an act's folder, whole or not at all.

        Refused where the disk has no room or the bytes that arrived are others; a piece of them is taken away.
        """
        keep = f"{self.folder}/keep.{order.keep}"
        shell = f'mkdir -p "{keep}"\nhm_room\nhm_sum "{keep}/payload"'
        answer = self._ask(self._fenced(shell))
        if answer.first("sum") == [digest]:
            return
        room = int((answer.first("room") or ["0"])[0] or 0)
        if room * 1024 < size + 4_194_304:
            words = _(
                "{host}: {need} MB are to be brought, {room} MB are free in {folder}; nothing was changed"
            )
            need = math.ceil(size / 1_048_576)
            raise Refused(words.format(host=self.name, need=need, room=room // 1024, folder=self._base))
        self._send(f"{keep}/payload", size, pieces)
        self._placed(keep, digest)

    def _placed(self, keep: str, digest: str) -> None:
        part = f'"{keep}/payload.part"'
        same = f'[ "${{hm_h%% *}}" = {digest} ]'
        check = f'hm_sum {part}\nif {same}; then mv -f {part} "{keep}/payload"; else rm -f {part}; fi'
        answer = self._ask(self._fenced(check), waiting=600)
        if answer.first("sum") != [digest]:
            words = _(
                "{host}: what arrived is not what was sent (disk full?); it was taken away, nothing was changed"
            )
            raise Refused(words.format(host=self.name))

    def _send(self, path: str, size: int, pieces: Callable[[], Iterator[bytes]]) -> None:
        def send(line: Line) -> None:
            deadline = time.monotonic() + _TRIP + size / 100_000
            pipes = line.start(f"umask 077; exec cat >{path}.part", _TRIP)
            try:
                for piece in pieces():
                    pipes.send(piece, last=False)
                    while pipes.backlog and time.monotonic() < deadline:
                        pipes.receive(0.25)
                pipes.send(b"", last=True)
                while not pipes.receive(0.25).ended:
                    if time.monotonic() > deadline:
                        raise LinkLost("主机在时限内没有收完")
            finally:
                pipes.close()

        self._reaching(send, self.patience)

    # ---- the journal's copy ----------------------------------------------------------------------------------------

    def copies(self) -> tuple[bytes, ...]:
        """Every copy of the run's journal that lies on the host."""
        return tuple(data for key, data in self._ask("hm_copies").raw if key == "file")

    def _lines(self) -> bytes:
        """The journal up to its last whole line: another thread may be in the middle of one."""
        whole = self._journal()
        return whole[: whole.rfind(b"\n") + 1]

    def _copy(self) -> tuple[str, int]:
        whole = self._lines()
        fresh = whole[self._copied :]
        if not fresh:
            return "", self._copied
        text = fresh.rstrip(b"\n").decode("utf-8", "replace")
        return f"hm_copy {self._copied} {len(fresh)} {quote(text)}\n", len(whole)

    # ---- the way there ---------------------------------------------------------------------------------------------

    def _fenced(self, body: str) -> str:
        return f"hm_fence {self.fence} {LEASE} || return\n{{copy}}{body}"

    def _ask(self, body: str, waiting: float = 0.0, patience: float | None = None) -> Answer:
        fenced = "{copy}" in body

        def put(line: Line) -> Answer:
            copy, whole = self._copy() if fenced else ("", self._copied)
            request = self._request(body.replace("{copy}", copy, 1))
            self._sent = True
            answer = exchange(line, request, _TRIP + waiting, self._abandoned)
            answer.raw = [(key, self._masked(data) if key == "out" else data) for key, data in answer.raw]
            self._note(answer, whole if copy else self._copied)
            return answer

        with self._using:
            answer = self._reaching(put, self.patience if patience is None else patience)
        self._refuse_lost(answer)
        if refused := answer.first("refused"):
            raise Refused(_refusal(self.name, self._base, refused[0]))
        return answer

    def _masked(self, out: bytes) -> bytes:
        if len(out) in {_CAP, _ANSWER}:  # the host kept no more, and may have cut in the middle of a secret
            out = out[: out.rfind(b"\n", len(out) - _SHORN) + 1 or len(out) - _SHORN]
        return self._mask(out.decode("utf-8", "replace")).encode()

    def _refuse_lost(self, answer: Answer) -> None:
        if lost := answer.first("lost"):
            words = _(
                "{host}: the lease was taken over by {owner} (run {run}); nothing more is done from here"
            )
            run, _number, *owner = lost
            raise LeaseLost(words.format(host=self.name, run=run, owner=" ".join(owner)))

    def _request(self, body: str) -> str:
        head = [
            "hm_umask=$(umask)",
            'PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export PATH',
            f"hm_base={quote(self._base)} hm_run={quote(self.folder)} hm_name={quote(plain(self.name))}",
            f"hm_runner={quote(_shell('detached_runner.sh'))}",
            _shell("detached.sh"),
            "hm_open || return",
        ]
        return "\n".join([*head, body])

    def _note(self, answer: Answer, copied: int) -> None:
        if host := answer.first("host"):
            self.skew = float(host[0]) - time.time()
            self.boot = host[1]
        if answer.first("copied"):
            self._copied = copied
        if answer.first("gap"):
            self._copied = 0

    def _reaching(self, act: Callable[[Line], T], patience: float) -> T:
        """Do it over the connection, made anew with growing pauses while the host cannot be reached."""
        since, pause = time.monotonic(), _FIRST
        while True:
            if self._abandoned.is_set():
                raise Abandoned(Seen.UNREACHABLE, _("watching was stopped; what runs on the host goes on"))
            try:
                if self._line is None:
                    self._line = self._connect()
                return act(self._line)
            except LinkLost as failure:
                reason = str(failure)
            except CouldNotLook as failure:
                if failure.seen not in {Seen.UNREACHABLE, Seen.TIMED_OUT}:
                    raise Unreachable(failure.seen, failure.reason) from None
                reason = failure.reason
            self.close()
            if time.monotonic() - since + pause > patience:
                raise Unreachable(Seen.UNREACHABLE, one_line(reason))
            self._hear(
                _("{host} cannot be reached ({reason}); trying again").format(
                    host=self.name, reason=one_line(reason)
                )
            )
            self._abandoned.wait(pause)
            pause = min(pause * 2, _LAST)

    def close(self) -> None:
        """Hang up; what runs on the host goes on."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


@cache
def _shell(name: str) -> str:
    text = Path(__file__).with_name(name).read_text("ascii")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _exports(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={quote(value)}\nexport {name}\n" for name, value in values.items())


def _asking(order: Order | None) -> float:
    return 0.0 if order is None else order.limit or _ASKING


def _known(answer: Answer) -> Known:
    words = answer.first("act")
    if words is None:
        return Known("none")
    out = answer.raw[0][1] if answer.raw else b""
    started = _whole(words[1]) or 0 if len(words) > 1 else 0
    if words[0] != "ended":
        return Known(words[0], None, out, started)
    return Known("ended", _whole(words[2]), out, started, _whole(words[3]) or 0)


def _told(answer: Answer, known: Known) -> Told:
    words = answer.first("code")
    if words is None or not known.over:
        return Told(None)
    return Told(_whole(words[1]), answer.raw[-1][1] if answer.raw else b"")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _refusal(host: str, base: str, why: str) -> str:
    if why == "notours":
        words = _(
            "{host}: {folder} belongs to another account; say another one with the variable hmaint_folder"
        )
    else:
        words = _("{host}: the folder {folder} cannot be made or written")
    return words.format(host=host, folder=base)
