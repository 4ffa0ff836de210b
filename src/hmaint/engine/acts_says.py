"""What a step does, in one line for people, the same in every language."""

from __future__ import annotations

from pydantic import BaseModel

from hmaint.kit.text import one_line
from hmaint.load.plan_kinds import (
    AskForm,
    FileForm,
    HttpForm,
    RebootForm,
    ServiceForm,
    ShellForm,
    SqlForm,
    SymlinkForm,
    TemplateForm,
    UnpackForm,
    UploadForm,
    WaitForm,
)

_VERBS = {"started": "start", "stopped": "stop", "restarted": "restart", "reloaded": "reload"}
_MOST = 160


def says(args: BaseModel) -> str:
    """The line for a step's rendered words."""
    return one_line(_line(args), _MOST)


def _line(args: BaseModel) -> str:  # noqa: C901, PLR0911 - a table of kinds, which match reads better than a mapping
    match args:
        case ShellForm():
            return _first(args.run)
        case UploadForm() | UnpackForm():
            return f"{args.artefact} → {args.to}"
        case SymlinkForm():
            return f"{args.path} → {args.to}"
        case ServiceForm():
            own = args.stop if args.state == "stopped" else args.start
            return f"{_VERBS[args.state]} {args.name}" if args.name else _first(own or "")
        case SqlForm():
            return args.script or _first("; ".join(args.statements or ()))
        case FileForm():
            return f"rm {args.path}" if args.absent else args.path
        case TemplateForm():
            return f"{args.source} → {args.path}"
        case WaitForm():
            return f"until {_first(args.until)}" if args.until else f"sleep {args.for_ or 0:g}"
        case HttpForm():
            return f"GET {args.url or ''} {args.expect}"
        case RebootForm():
            return "reboot"
        case AskForm():
            return args.question
    return ""


def _first(script: str) -> str:
    """The first line of a script that is no comment, and whether there are more."""
    lines = [
        line.strip() for line in script.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    return lines[0] + (" …" if len(lines) > 1 else "") if lines else ""
