"""The kind of step that hears the greeting of a mail or file server."""

from __future__ import annotations

from hmaint.step.endpoints import OneProbe, own_place

KIND = OneProbe("greeting", own_place("smtp", "ftp"))
