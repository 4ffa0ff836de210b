"""The kind of step that sees whether a directory answers for its root entry."""

from __future__ import annotations

from hmaint.step.endpoints import OneProbe, own_place

KIND = OneProbe("ldap", own_place("ldap"))
