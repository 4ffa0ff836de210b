"""`hmaint kb add|edit`: an article in a person's words, from a file, or from a resolved incident."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.completion import matter_names, site_names
from hmaint.cli.terminal import Terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.world import World
    from hmaint.model.article import Article, Written

Id = Annotated[
    str,
    typer.Argument(
        help=_("The article's number, or an end of it, or latest."),
        metavar="ARTICLE",
        autocompletion=matter_names("kb"),
    ),
]
Site = Annotated[
    str | None,
    typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE", autocompletion=site_names),
]
_Title = Annotated[str | None, typer.Option("--title", help=_("What the trouble is called."), metavar="TEXT")]
_System = Annotated[str | None, typer.Option("--system", help=_("The system it is about."), metavar="TEXT")]
_Symptoms = Annotated[
    str | None, typer.Option("--symptoms", help=_("What it looks like (现象)."), metavar="TEXT")
]
_Cause = Annotated[str | None, typer.Option("--cause", help=_("Where it comes from (原因)."), metavar="TEXT")]
_Steps = Annotated[
    list[str] | None,
    typer.Option("--step", help=_("What to do (处理步骤); may be repeated."), metavar="TEXT"),
]
_Links = Annotated[
    list[str] | None,
    typer.Option("--link", help=_("Where to read more; may be repeated."), metavar="TEXT"),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help=_("A tag; may be repeated."), metavar="TAG")]
_Codes = Annotated[
    list[str] | None,
    typer.Option("--code", help=_("An error code such as ORA-01555; may be repeated."), metavar="CODE"),
]

_WORDS: dict[str, Any] = {
    "title": _Title,
    "system": _System,
    "symptoms": _Symptoms,
    "cause": _Cause,
    "step": _Steps,
    "link": _Links,
    "tag": Tags,
    "code": _Codes,
}


def with_words(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options an article is written by; it receives them as one, `said`."""
    signature = inspect.signature(command)
    words = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in _WORDS.items()
    ]
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in signature.parameters.values()]
    place = next(n for n, each in enumerate(own) if each.name == "said")
    every = [*own[:place], *words, *own[place + 1 :]]

    @functools.wraps(command)
    def called(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - whatever Typer parsed
        command(terminal, said=_written({name: given.pop(name) for name in _WORDS}), **given)

    called.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined] # how inspect is told
    called.__annotations__ = {each.name: each.annotation for each in every}
    return called


@with_words
def add(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            "-s",
            help=_("The site it is of; all, unless told."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = None,
    *,
    said: Written,
    file: Annotated[
        Path | None,
        typer.Option("--from", help=_("A YAML file with one article, or several."), metavar="FILE"),
    ] = None,
    incident: Annotated[
        str | None,
        typer.Option(
            "--from-incident",
            help=_("The resolved incident to draw it from."),
            metavar="INCIDENT",
            autocompletion=matter_names("incident"),
        ),
    ] = None,
) -> None:
    """Write one article or those of a file."""
    from dataclasses import replace

    from hmaint.app import knowledge

    written = replace(said, site=site)
    if file is not None:
        if incident is not None or _says(written, but_site=True):
            raise WrongUsage(_("--from takes all words from the file; give them there"))
        _add_file(terminal, file, site)
        return
    world = terminal.world()
    number = ""
    if incident is not None:
        from hmaint.app.knowledge_draw import drawn

        told, number = drawn(world, incident)
        written = _over(told, written)
    elif not written.title:
        if not terminal.may_ask():
            raise WrongUsage(_("say --title, --from or --from-incident"))
        written = _asked(written)
    near = knowledge.nearest(world, written.site or "", f"{written.title} {written.symptoms or ''}", 3)
    article = knowledge.write(world, written, incident=number)
    tell(terminal, world, article, _("written: {number} {title}"))
    if near:
        from hmaint.cli.format.knowledge import show_hits

        terminal.err(_("articles near to it; where one says the same, retire one of them:"))
        show_hits(terminal, near, stderr=True)


def _add_file(terminal: Terminal, file: Path, site: str | None) -> None:
    from dataclasses import replace

    from hmaint.app import knowledge
    from hmaint.load.articles import read_articles

    world = terminal.world()
    every = [each if each.site else replace(each, site=site) for each in read_articles(file)]
    for name in dict.fromkeys(each.site for each in every if each.site):
        world.site(name)  # all of the file or nothing of it
    for each in every:
        tell(terminal, world, knowledge.write(world, each), _("written: {number} {title}"))


def _written(given: dict[str, Any]) -> Written:
    from hmaint.model.article import Written

    return Written(
        given["title"],
        given["system"],
        given["symptoms"],
        given["cause"],
        _numbered(given["step"]),
        _lines(given["link"]),
        _lines(given["tag"]),
        _lines(given["code"]),
    )


def _numbered(steps: list[str] | None) -> str | None:
    if not steps:
        return None
    if len(steps) == 1:
        return steps[0]
    return "\n".join(f"{number}. {each}" for number, each in enumerate(steps, 1))


def _lines(given: list[str] | None) -> tuple[str, ...] | None:
    return tuple(given) if given else None


def _says(written: Written, *, but_site: bool) -> bool:
    from dataclasses import asdict

    return any(value for name, value in asdict(written).items() if not (but_site and name == "site"))


def _over(told: Written, said: Written) -> Written:
    """What a person says stands before what the incident tells."""
    from dataclasses import asdict, replace

    return replace(told, **{name: value for name, value in asdict(said).items() if value is not None})


def _asked(written: Written) -> Written:
    from dataclasses import replace

    prompts = {
        "title": _("Title"), "system": _("System (empty: none)"), "symptoms": _("Symptoms"),
        "cause": _("Cause (empty: not known)"), "steps": _("Steps"),
    }  # fmt: skip
    wanted = {name: prompt for name, prompt in prompts.items() if getattr(written, name) is None}
    answers = {
        name: typer.prompt(prompt, default="", show_default=False, err=True).strip()
        for name, prompt in wanted.items()
    }
    return replace(written, **{name: said for name, said in answers.items() if said})


@with_words
def edit(
    terminal: Terminal,
    article: Id,
    said: Written,
    why: Annotated[str, typer.Option("--why", help=_("Why it is changed."), metavar="TEXT")] = "",
    retire: Annotated[
        bool, typer.Option("--retire", help=_("Take it out of searches; it stays on record."))
    ] = False,
    restore: Annotated[bool, typer.Option("--restore", help=_("Take it back into searches."))] = False,
) -> None:
    """Change what is said and leave the rest."""
    from hmaint.app import knowledge

    if retire + restore + _says(said, but_site=False) != 1:
        raise WrongUsage(_("say what is to change: words of the article, --retire or --restore"))
    world = terminal.world()
    if retire or restore:
        if retire and not why.strip():
            raise WrongUsage(_("say --why it is retired"))
        changed = knowledge.retire(world, article, why, restore=restore)
    else:
        changed = knowledge.edit(world, article, said, why)
    tell(terminal, world, changed, _("changed: {number} {title}"))


def tell(terminal: Terminal, world: World, article: Article, words: str) -> None:
    """Say what became of an article."""
    from hmaint.cli.format.knowledge import article_object
    from hmaint.cli.listing import show_object
    from hmaint.kit.text import one_line

    if terminal.format == "json":
        show_object(terminal, "hmaint.kb-article/1", {}, article_object(article))
    else:
        terminal.out(words.format(number=article.number, title=one_line(article.title)))
    if world.records.rescue is not None:
        text = _("the records could not be written; it is kept in {file} and comes in with the next command")
        terminal.err(text.format(file=world.records.rescue.name))
