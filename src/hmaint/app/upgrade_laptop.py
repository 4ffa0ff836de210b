"""Acts at the laptop: a question to a person, a page that must answer, a pause. None of them has to be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from hmaint.app.upgrade_hand import Came, What, done, failed, never, undone, unknown
from hmaint.engine.upgrade import Standing
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Limits
from hmaint.model.look import Probe
from hmaint.model.upgrade_act import Act, Ask, Http, Pause

Asked = Callable[[Act, Ask], bool | None]
"""Puts a question to a person: his answer, None where nobody sits there."""


class LaptopHand:
    """Does what is done at the laptop."""

    def __init__(self, ask: Asked, stop: Event, operator: str) -> None:
        self._ask, self._stop, self._operator = ask, stop, operator

    def intent(self, act: Act, what: What, attempt: int) -> dict[str, object]:  # noqa: ARG002 - the contract of hands
        return {}

    def do(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        match act.do:
            case Ask():
                return self._question(act, act.do)
            case Http():
                return self._page(act, act.do)
            case Pause():
                return self._pause(act.do)
            case _:
                return failed("do", _("this is no act for the laptop"), touched=False)

    def undo(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        return undone()

    def settle(self, act: Act, standing: Standing) -> Came:  # noqa: ARG002 - as above
        # Whether it was asked or waited for before does not matter: asking again harms nothing.
        return never(standing.what)

    def _question(self, act: Act, ask: Ask) -> Came:
        answer = self._ask(act, ask)
        if answer is None:
            return unknown(_("a person must answer: {question}").format(question=one_line(ask.question, 120)))
        if answer:
            return done(by=self._operator, question=ask.question)
        return failed("do", _("answered with no"), {"by": self._operator}, touched=False)

    def _page(self, act: Act, asked: Http) -> Came:
        from hmaint.transport.probe import run_probe  # noqa: PLC0415 - http and ssl, only where a page is asked for

        settings = (
            ("url", asked.url),
            ("expect", asked.expect),
            ("contains", asked.contains),
            ("verify", asked.verify),
        )
        until, reason = time.monotonic() + act.timeout, ""
        while True:
            rows = run_probe(Probe("http", settings), Limits(command=min(10.0, act.timeout)))
            row = rows.rows[0] if rows.rows else {}
            if row.get("as_expected"):
                return done(status=row.get("status"))
            reason = rows.reason or _("status {status}").format(status=row.get("status"))
            if time.monotonic() >= until or self._stop.is_set():
                words = _("{url} did not answer as it must within {n:g} s: {reason}")
                told = words.format(url=asked.url, n=act.timeout, reason=one_line(reason))
                return failed("do", told, touched=False)
            self._stop.wait(asked.every)

    def _pause(self, pause: Pause) -> Came:
        # Whoever says stop wants to stop: a pause is no act that must be finished.
        if self._stop.wait(pause.seconds):
            return unknown(_("the pause was broken off"))
        return done(seconds=pause.seconds)
