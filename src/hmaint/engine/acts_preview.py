"""What an act would change, seen without changing anything: by its probe, and by the file it replaces."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hmaint.engine.acts_service import has_own_commands
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.model.upgrade_act import Act, Script

Standing = Literal["pending", "there", "unknown"]
MOST = 64_000
"""Bytes of a file that is compared line by line."""
_LOOKED = frozenset({"upload", "unpack", "symlink", "service", "file", "template"})
"""Kinds whose probe is hmaint's own: what a plan's author wrote is not run before it is approved."""
_NOWHERE = "/nonexistent/hmaint"


@dataclass(frozen=True, slots=True)
class Preview:
    """How things stand before an act: its effect is there already, or it is not, or nobody could see; and the diff."""

    act: str
    standing: Standing
    reason: str = ""
    diff: tuple[str, ...] = ()
    fingerprint: str = ""
    """Of the rows a `fix` would change: an approval is for these."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What is asked of a host about one act: its probe, and the file it would replace."""

    act: Act
    probe: Fragment
    content: Fragment | None = None

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """What is sent, in order."""
        return (self.probe,) if self.content is None else (self.probe, self.content)


def looks_of(act: Act) -> Looks | None:
    """What can be asked about an act beforehand; None where there is nothing, or it would be a stranger's command."""
    if act.kind not in _LOOKED or not isinstance(act.probe, Script) or has_own_commands(act.probe.text):
        return None
    probe = f"HMAINT_KEEP={_NOWHERE}; export HMAINT_KEEP\n{act.probe.text}"
    content = None
    if act.kind in {"file", "template"} and isinstance(act.do, Script):
        path = _path_of(act.do.text)
        content = Fragment(f"[ ! -e {path} ] || head -c {MOST + 1} -- {path}", output=2 * MOST)
    return Looks(act, Fragment(probe), content)


def preview(looks: Looks, replies: Sequence[Reply], encoding: str = "utf-8") -> Preview:
    """Read what came back; whatever was not seen is said."""
    name, asked = looks.act.id, replies[0]
    if asked.seen is not Seen.OBSERVED or asked.code not in {0, 1}:
        told = asked.reason or asked.err.decode(encoding, "replace").strip()
        return Preview(name, "unknown", told or f"exit {asked.code}")
    if asked.code == 0:
        return Preview(name, "there")
    if looks.content is None:
        return Preview(name, "pending")
    return _differing(looks.act, replies[1], encoding)


def _differing(act: Act, now: Reply, encoding: str) -> Preview:
    if now.seen is not Seen.OBSERVED or now.code != 0:
        why = now.reason or now.err.decode(encoding, "replace").strip()
        return Preview(act.id, "unknown", why or "the file could not be read")
    if len(now.out) > MOST:
        return Preview(act.id, "pending", f"larger than {MOST} bytes: not compared line by line")
    wanted = act.do.payload.content if isinstance(act.do, Script) and act.do.payload else b""
    lines = difflib.unified_diff(
        now.out.decode(encoding, "replace").splitlines(),
        wanted.decode("utf-8", "replace").splitlines(),
        "now",
        "after",
        lineterm="",
        n=2,
    )
    return Preview(act.id, "pending", diff=tuple(lines))


def _path_of(script: str) -> str:
    """The path a script of ours replaces, as it is quoted in it."""
    value = next(line for line in script.splitlines() if line.startswith("P="))[2:]
    return shlex.quote(shlex.split(value)[0])
