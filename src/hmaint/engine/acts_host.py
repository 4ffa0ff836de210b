"""Steps of a plan as scripts for one host: what is done, how it is asked about, how it is taken back."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel

from hmaint.engine import acts_service as service
from hmaint.engine import acts_text as sh
from hmaint.engine.acts_says import says
from hmaint.errors import Bug
from hmaint.load.plan_desk import StepArgs
from hmaint.load.plan_kinds import (
    FileForm,
    PlacedForm,
    RebootForm,
    ServiceForm,
    ShellForm,
    SymlinkForm,
    TemplateForm,
    UnpackForm,
    UploadForm,
    WaitForm,
)
from hmaint.load.plan_undo import NONE, NOTHING
from hmaint.model.upgrade import Artefact, PlanStep
from hmaint.model.upgrade_act import Deed, Pause, Payload, Reboot, Reversal, Script, Sql

F = TypeVar("F", bound=BaseModel)

_RESTART = "( sleep 1; shutdown -r now || reboot ) </dev/null >/dev/null 2>&1 &\n"


@dataclass(frozen=True, slots=True)
class Acting:
    """The parts of an act, before it has a place among the others."""

    do: Deed
    probe: Script | Sql | None = None
    undo: Script | Sql | None = None
    undone: Script | Sql | None = None
    reversal: Reversal = Reversal.UNDO
    says: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a step is rendered with: its words as they are for this host, and the files of the plan."""

    step: PlanStep
    args: BaseModel
    probe: str = ""
    undo: str = ""
    undone: str = ""
    artefacts: Mapping[str, Artefact] = field(default_factory=dict)
    template: str = ""

    def script(self, text: str, payload: Payload | None = None) -> Script:
        """A script with the secrets of its step."""
        return Script(text, dict(self.step.secrets), payload)  # type: ignore[arg-type] # the loader made them Secrets


def host_acting(bench: Bench) -> Acting:
    """The parts of an act on a host, by the kind of its step."""
    made = _MAKERS[type(bench.args)](bench)
    written = bench.step.args
    if isinstance(written, StepArgs) and written.undo in {NONE, NOTHING}:
        reversal = Reversal.NONE if written.undo == NONE else Reversal.NOTHING
        made = Acting(made.do, made.probe, None, None, reversal)
    return replace(made, says=says(bench.args))


def _shell(bench: Bench) -> Acting:
    args = _own(bench.args, ShellForm)
    return Acting(
        bench.script(args.run),
        bench.script(bench.probe) if bench.probe else None,
        bench.script(bench.undo),
        bench.script(bench.undone) if bench.undone else None,
    )


def _upload(bench: Bench) -> Acting:
    args = _own(bench.args, UploadForm)
    artefact = bench.artefacts[args.artefact]
    return _placed(bench, args.to, args, Payload(artefact.sha256, artefact.size, artefact.name))


def _file(bench: Bench) -> Acting:
    args = _own(bench.args, FileForm)
    if args.absent:
        words = _words(P=args.path, S="")
        return _four(bench, words, sh.REMOVE, sh.REMOVE_PROBE, sh.RESTORE_FILE, sh.FILE_UNDONE)
    return _placed(bench, args.path, args, _content(args.content or ""))


def _template(bench: Bench) -> Acting:
    args = _own(bench.args, TemplateForm)
    return _placed(bench, args.path, args, _content(bench.template))


def _content(text: str) -> Payload:
    content = text.encode()
    return Payload(sha256(content).hexdigest(), len(content), content=content)


def _placed(bench: Bench, path: str, args: PlacedForm, payload: Payload) -> Acting:
    words = _words(
        P=path,
        S=payload.sha256,
        M=args.mode or "",
        O=args.owner or "",
        G=args.group or "",
        K=_room(payload.size),
    )
    return _four(bench, words, sh.PLACE, sh.PLACE_PROBE, sh.RESTORE_FILE, sh.FILE_UNDONE, payload)


def _unpack(bench: Bench) -> Acting:
    args = _own(bench.args, UnpackForm)
    artefact = bench.artefacts[args.artefact]
    words = _words(P=args.to, S=artefact.sha256, K=_room(3 * artefact.size), F=_format(artefact.path.name))
    payload = Payload(artefact.sha256, artefact.size, artefact.name)
    return _four(bench, words, sh.UNPACK, sh.UNPACK_PROBE, sh.UNPACK_UNDO, sh.UNPACK_UNDONE, payload)


def _symlink(bench: Bench) -> Acting:
    args = _own(bench.args, SymlinkForm)
    words = _words(P=args.path, N=args.to)
    return _four(bench, words, sh.SYMLINK, sh.SYMLINK_PROBE, sh.SYMLINK_UNDO, sh.SYMLINK_UNDONE)


def _service(bench: Bench) -> Acting:
    args = _own(bench.args, ServiceForm)
    own = {n: text for n in ("start", "stop", "running") if (text := getattr(args, n)) is not None}
    words = service.service_words(
        name=args.name or "",
        own=own or None,
        stable=args.stable,
        patience=max(1.0, bench.step.timeout - args.stable - 5),
    )
    do = service.DO[args.state]
    if args.state not in service.PROBE:
        return Acting(bench.script(sh.PRELUDE + words + do), reversal=Reversal.NOTHING)
    return _four(bench, words, do, service.PROBE[args.state], service.UNDO, service.UNDONE)


def _wait(bench: Bench) -> Acting:
    args = _own(bench.args, WaitForm)
    if args.until is None:
        return Acting(Pause(args.for_ or 0.0), reversal=Reversal.NOTHING)
    loop = f"until (\n{args.until}\n) </dev/null; do sleep {args.every:g}; done\n"
    return Acting(bench.script(loop), reversal=Reversal.NOTHING)


def _reboot(bench: Bench) -> Acting:
    args = _own(bench.args, RebootForm)
    return Acting(
        Reboot(bench.script(_RESTART), bench.script(args.ready)), reversal=Reversal.NOTHING
    )  # fmt: skip


def _four(  # noqa: PLR0913, PLR0917 - an act is its four scripts and what they share
    bench: Bench, words: str, do: str, probe: str, undo: str, undone: str, payload: Payload | None = None
) -> Acting:
    head = sh.PRELUDE + words
    return Acting(
        bench.script(head + do, payload),
        bench.script(head + probe),
        bench.script(head + undo),
        bench.script(head + undone),
    )


def _words(**values: object) -> str:
    """Assignments a script begins with, each value quoted."""
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items())


def _room(size: int) -> int:
    """KiB that must be free for so many bytes, with a little to spare."""
    return size // 1024 + 1024


def _format(name: str) -> str:
    lower = name.lower()
    known = {
        ".gz": "gz",
        ".tgz": "gz",
        ".xz": "xz",
        ".bz2": "bz2",
        ".zip": "zip",
        ".war": "zip",
        ".jar": "zip",
    }
    return next((kind for end, kind in known.items() if lower.endswith(end)), "tar")


def _own(args: BaseModel, form: type[F]) -> F:
    if not isinstance(args, form):
        raise Bug(f"{type(args).__name__} is no {form.__name__}")
    return args


_MAKERS: Mapping[type[BaseModel], Callable[[Bench], Acting]] = {
    ShellForm: _shell,
    UploadForm: _upload,
    UnpackForm: _unpack,
    SymlinkForm: _symlink,
    ServiceForm: _service,
    FileForm: _file,
    TemplateForm: _template,
    WaitForm: _wait,
    RebootForm: _reboot,
}
