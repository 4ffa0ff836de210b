"""The kind of step that sees whether an HL7 interface takes a connection and keeps it."""

from __future__ import annotations

from hmaint.step.endpoints import OneProbe, own_place

KIND = OneProbe("mllp", own_place("mllp"))
