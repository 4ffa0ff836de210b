"""The kind of step that asks a time server."""

from __future__ import annotations

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Endpoint
from hmaint.model.look import Seen
from hmaint.step.endpoints import NTP, OneProbe, Settings, place_or_default


def _settings(target: Endpoint) -> Settings:
    if not target.ntp:
        raise CouldNotLook(Seen.UNSUPPORTED, "该端点没有 ntp")
    return place_or_default(target.ntp, NTP)


KIND = OneProbe("ntp", _settings)
