"""The kind of step that echoes an image archive."""

from __future__ import annotations

from hmaint.model.inventory import Endpoint
from hmaint.step.endpoints import OneProbe, Settings, own_place

_OURS = "HMAINT"
_ANYBODY = "ANY-SCP"


def _settings(target: Endpoint) -> Settings:
    titles = (("called", target.called or _ANYBODY), ("calling", target.calling or _OURS))
    return (*own_place("dicom")(target), *titles)


KIND = OneProbe("dicom", _settings)
