"""What every command is handed: the options all commands share, and the only way to a screen."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.errors import WrongUsage
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import LANGUAGES, _

if TYPE_CHECKING:
    from rich.console import Console

    from hmaint.app.world import World

FORMATS = ("table", "plain", "markdown", "json", "nagios", "junit", "prometheus")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The shared options of one call."""

    workspace: Path | None
    inventory: Path | None
    format: str
    quiet: bool
    verbose: int
    color: bool

    def out(self, text: str) -> None:
        """Results, to stdout."""
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")

    def err(self, text: str, end: str = "\n") -> None:
        """Progress, remarks and questions, to stderr."""
        sys.stderr.write(text + end)
        sys.stderr.flush()

    def console(self, *, stderr: bool = False) -> Console:
        """A screen that knows colours and widths."""
        from rich.console import Console

        stream = sys.stderr if stderr else sys.stdout
        width = None if stream.isatty() else int(os.environ.get("COLUMNS", "120"))
        return Console(
            file=stream, no_color=not self.color, highlight=False, width=width, emoji=False, markup=False
        )

    def world(self) -> World:
        """The workspace and everything an operation needs."""
        from hmaint.app.notices import notices
        from hmaint.app.world import make_world

        world = make_world(self.workspace, self.inventory, ask_passphrase if sys.stdin.isatty() else None)
        if not self.quiet:
            for notice in notices(world):
                self.err(notice)
        return world

    def root(self) -> Path | None:
        """The workspace's folder; none is fine for what needs no inventory, unless one was named."""
        from hmaint.app.root import workspace_root

        return workspace_root(self.workspace, self.inventory)

    def world_or_none(self) -> World | None:
        """The workspace where there is one: what ships with hmaint can be looked at without."""
        return self.world() if self.root() is not None else None

    def may_ask(self) -> bool:
        """Whether a person sits there."""
        return sys.stdin.isatty()


def ask_passphrase(prompt: str) -> str:
    """Ask at the terminal without echo."""
    import getpass

    return getpass.getpass(prompt, stream=sys.stderr)


_Workspace = Annotated[
    Path | None, typer.Option("--workspace", "-w", help=_("The workspace folder."), metavar="DIR")
]
_Inventory = Annotated[
    Path | None,
    typer.Option(
        "--inventory", "-i", help=_("The inventory file; its folder is the workspace."), metavar="FILE"
    ),
]
_Format = Annotated[
    str,
    typer.Option(
        "--format", help=_("table, plain, markdown, json, nagios, junit or prometheus."), metavar="FORMAT"
    ),
]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("Print only what is not ok."))]
_Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help=_("Say more; -vv shows tracebacks."))
]
_Lang = Annotated[str | None, typer.Option("--lang", help=_("zh or en."), metavar="LANG")]
_NoColor = Annotated[bool, typer.Option("--no-color", help=_("No colours."))]

_SHARED: tuple[tuple[str, Any, Any], ...] = (
    ("workspace", _Workspace, None),
    ("inventory", _Inventory, None),
    ("format_", _Format, "table"),
    ("quiet", _Quiet, False),
    ("verbose", _Verbose, 0),
    ("lang", _Lang, None),
    ("no_color", _NoColor, False),
)


def with_terminal(command: Callable[..., int | None]) -> Callable[..., int]:
    """Give a command the shared options; it receives them as one Terminal, its first argument."""
    own = list(inspect.signature(command).parameters.values())[1:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, annotation, default in _SHARED
    ]
    hints = inspect.get_annotations(command, eval_str=True)

    @functools.wraps(command)
    def called(**given: Any) -> int:  # noqa: ANN401 - whatever Typer parsed
        terminal = _terminal({name: given.pop(name) for name, _annotation, _default in _SHARED})
        return command(terminal, **given) or 0

    parameters = [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints.get(p.name, p.annotation))
        for p in own
    ]
    called.__signature__ = inspect.Signature(parameters + shared)  # type: ignore[attr-defined] # how inspect is told
    called.__annotations__ = {p.name: p.annotation for p in parameters + shared}
    return called


def _terminal(given: dict[str, Any]) -> Terminal:
    if given["lang"] is not None and given["lang"] not in LANGUAGES:
        raise WrongUsage(_("--lang takes zh or en, not {lang}").format(lang=given["lang"]))
    if given["format_"] not in FORMATS:
        raise WrongUsage(
            _("unknown format {name}; known: {known}").format(name=given["format_"], known=", ".join(FORMATS))
        )
    color = not given["no_color"] and "NO_COLOR" not in os.environ
    return Terminal(
        given["workspace"], given["inventory"], given["format_"], given["quiet"], given["verbose"], color
    )
