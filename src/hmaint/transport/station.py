"""A host that is being upgraded: its lease, its acts under the detached runner, its copy of the journal.

Every request may be sent again after a broken connection: what was begun is found, and never begun twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from shlex import quote

from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.transport.exchange import Answer, exchange
from hmaint.transport.lease import LEASE, LeaseHeld
from hmaint.transport.orders import Known, Order, Told
from hmaint.transport.reach import CAP, TRIP, Reach
from hmaint.transport.shell import LinkLost

_WATCH = 20
"""Seconds one request waits for an act at most; each request is a sign of life."""
_ASKING = 60.0
"""Seconds a question may take."""


class Station(Reach):
    """One host of a run: its lease, its acts, and what is asked of it."""

    # ---- the lease -------------------------------------------------------------------------------------------------

    def take(self, how: str) -> int:
        """Take the lease (`new`, `resume` on the same laptop, or `takeover`), and give its number.

        LeaseHeld with who holds it where it is not free; Refused where the folder cannot be had.
        """
        who = self.holder
        words = " ".join(quote(each) for each in (who.run, who.token, who.session, who.owner))
        self.sent = False
        try:
            answer = self.ask(f"hm_take {words} {LEASE} {how}")
        except CouldNotLook:
            self.holds = self.sent
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
        self.ask(f"hm_fence {self.fence} {LEASE} && hm_rest {self.fence}")

    def release(self) -> None:
        """The run is over: the host is free for the next, and what acts printed is taken away."""
        tidy = 'rm -rf "$hm_run"/*/out "$hm_run"/*/secrets "$hm_run"/keep.*'
        self.ask(f'hm_top\n[ "$hm_t" = {self.fence} ] && {{\n{tidy}\nhm_release {self.fence}\n}}')
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
            request = self.fenced(f"{body}\nhm_wait {key} {_WATCH}\n{asked}")
            answer = self.ask(request, waiting=_WATCH + _asking(probe))
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
        start = f'hm_start {order.key} {math.ceil(order.limit)} {CAP} "$hm_umask"'
        checked = " && ".join([*whole, f'[ -d "{keep}" ]', start])
        lines = [f'mkdir -p "{keep}"', f"if hm_claim {order.key}; then", *written]
        return "\n".join([*lines, f"{checked} || hm_bar {order.key} >/dev/null", "fi"])

    def _names(self, order: Order) -> str:
        keep = f"{self.folder}/keep.{order.keep}"
        named = {"HMAINT_RUN": self.holder.run, "HMAINT_ACT": order.act, "HMAINT_KEEP": keep}
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
        return _known(self.ask(f"hm_look {key}"))

    def settle(self, key: str) -> Known:
        """How an act stands that was perhaps begun: what has not begun by now never will."""
        return _known(self.ask(self.fenced(f"hm_bar {key}")))

    def question(self, order: Order) -> Told:
        """Run a script that only reads: 0 yes, 1 no, else it is not known."""
        answer = self.ask(self._question(order), waiting=_asking(order))
        return _told(answer, Known("ended", 0))

    @property
    def abandoned(self) -> bool:
        """Whether the person at the laptop stopped watching."""
        return self._abandoned.is_set()

    def copies(self) -> tuple[bytes, ...]:
        """Every copy of the run's journal that lies on the host."""
        return tuple(data for key, data in self.ask("hm_copies").raw if key == "file")

    def beat(self) -> None:
        """A sign of life while nothing else is asked of the host; what cannot be reached just now is left alone.

        LeaseLost where the lease was taken over.
        """
        if not self.using.acquire(blocking=False):
            return
        try:
            if self.line is None:
                return
            answer = exchange(self.line, self.request(f"hm_fence {self.fence} {LEASE}"), TRIP)
        except (LinkLost, CouldNotLook):
            self.close()
            return
        finally:
            self.using.release()
        self.refuse_lost(answer)

    def touch(self, patience: float | None = None) -> bool:
        """A sign of life: the lease is held for longer, the copy of the journal is brought up to date.

        False where the host does not have the whole copy: its disk is full, or what it had was too short.
        """
        whole = len(self.copy.lines())
        self.ask(self.fenced(":"), patience=patience)
        return self.copy.copied >= whole


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
