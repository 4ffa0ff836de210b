"""The acts of a plan as a host is given them: scripts with their secrets, questions, and files they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hmaint.model.secret import Secret
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Act, Script
from hmaint.transport.orders import Order, plain
from hmaint.transport.parcel import stage
from hmaint.transport.station import Station

LOOK = 60.0
"""Seconds a probe may take."""


_PIECE = 1_048_576


class Orders:
    """Makes them, for the acts of one plan."""

    def __init__(self, plan: UpgradePlan, secret_of: Callable[[Secret], str]) -> None:
        self._plan, self._secret_of = plan, secret_of

    def order(self, act: Act, key: str, script: Script, limit: float) -> Order:
        """A script under the name of its attempt, with the secrets it needs."""
        secrets = {name: self._secret_of(secret) for name, secret in script.secrets.items()}
        return Order(key, act.id, plain(act.id), script.text, secrets, limit)

    def probe(self, act: Act) -> Order | None:
        """The question whether its effect is there; None where nothing can be asked."""
        if not isinstance(act.probe, Script):
            return None
        return self.order(act, "probe", act.probe, min(act.timeout, LOOK))

    def stage(self, station: Station, script: Script, order: Order) -> None:
        """Bring what a script needs beside its text."""
        payload = script.payload
        if payload is not None:
            stage(
                station,
                order,
                payload.size,
                payload.sha256,
                lambda: self._pieces(payload.artefact, payload.content),
            )

    def _pieces(self, artefact: str, content: bytes) -> Iterator[bytes]:
        found = self._plan.artefact(artefact) if artefact else None
        if found is None:
            yield content
            return
        with found.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
