"""`hmaint kb`: what is known of troubles, found again by two characters or a code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import matter_names, site_names
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.world import World
    from hmaint.model.article import Article, Written

_Id = Annotated[
    str,
    typer.Argument(
        help=_("The article's number, or an end of it, or latest."),
        metavar="ARTICLE",
        autocompletion=matter_names("kb"),
    ),
]
_Site = Annotated[
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
_Tags = Annotated[list[str] | None, typer.Option("--tag", help=_("A tag; may be repeated."), metavar="TAG")]
_Codes = Annotated[
    list[str] | None,
    typer.Option("--code", help=_("An error code such as ORA-01555; may be repeated."), metavar="CODE"),
]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    kb = typer.Typer(
        help=about("kb"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for name, command, words, example in (
        ("add", add, _("Write an article: by hand, from a file, or from a resolved incident."),
         _("Examples: hmaint kb add --from-incident I-20261125-001 · hmaint kb add --from article.yaml"
           " · hmaint kb add --title 标签打印偏移 --symptoms 腕带文字偏右 --step 校准打印机 --code E-17")),
        ("edit", edit, _("Correct or complete an article; what it said before stays on record."),
         _("Examples: hmaint kb edit 001 --cause 归档日志写满 --why 补充原因"
           " · hmaint kb edit 001 --retire --why 已升级")),
        ("search", search, _("Find articles: all of the words, in any of their texts; the best first."),
         _("Examples: hmaint kb search 死锁 · hmaint kb search ORA-01555 · hmaint kb search 护士站 打印")),
        ("list", list_articles, _("List all articles."),
         _("Examples: hmaint kb list · hmaint kb list --site icu --unconfirmed")),
        ("show", show, _("Show an article whole."),
         _("Examples: hmaint kb show K-20261125-001 · hmaint kb show 001 --history")),
        ("used", used, _("Put on record that an article was tried, and whether it helped."),
         _("Examples: hmaint kb used 001 --solved --incident I-20261125-001 · hmaint kb used 001 --failed")),
        ("export", export,
         _("Write articles for handing over: a Word document, a folder of Markdown, or the digest of a period."),
         _("Examples: hmaint kb export --site icu --word · hmaint kb export --markdown knowledge/"
           " · hmaint kb export --site icu --digest 2026Q4")),
    ):  # fmt: skip
        kb.command(name, help=words, epilog=example)(with_terminal(command))
    app.add_typer(kb, name="kb")


def add(
    terminal: Terminal,
    site: _Site = None,
    title: _Title = None,
    system: _System = None,
    symptoms: _Symptoms = None,
    cause: _Cause = None,
    step: _Steps = None,
    link: _Links = None,
    tag: _Tags = None,
    code: _Codes = None,
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
    from hmaint.app import knowledge

    written = _written(title, system, symptoms, cause, step, link, tag, code, site)
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
    _tell(terminal, world, article, _("written: {number} {title}"))
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
        _tell(terminal, world, knowledge.write(world, each), _("written: {number} {title}"))


def _written(  # what an article is made of
    title: str | None,
    system: str | None,
    symptoms: str | None,
    cause: str | None,
    step: list[str] | None,
    link: list[str] | None,
    tag: list[str] | None,
    code: list[str] | None,
    site: str | None = None,
) -> Written:
    from hmaint.model.article import Written

    lists = (_lines(link), _lines(tag), _lines(code))
    return Written(title, system, symptoms, cause, _numbered(step), *lists, site)


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


def _tell(terminal: Terminal, world: World, article: Article, words: str) -> None:
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


def edit(
    terminal: Terminal,
    article: _Id,
    title: _Title = None,
    system: _System = None,
    symptoms: _Symptoms = None,
    cause: _Cause = None,
    step: _Steps = None,
    link: _Links = None,
    tag: _Tags = None,
    code: _Codes = None,
    why: Annotated[str, typer.Option("--why", help=_("Why it is changed."), metavar="TEXT")] = "",
    retire: Annotated[
        bool, typer.Option("--retire", help=_("Take it out of searches; it stays on record."))
    ] = False,
    restore: Annotated[bool, typer.Option("--restore", help=_("Take it back into searches."))] = False,
) -> None:
    """Change what is said and leave the rest."""
    from hmaint.app import knowledge

    written = _written(title, system, symptoms, cause, step, link, tag, code)
    if retire + restore + _says(written, but_site=False) != 1:
        raise WrongUsage(_("say what is to change: words of the article, --retire or --restore"))
    world = terminal.world()
    if retire or restore:
        if retire and not why.strip():
            raise WrongUsage(_("say --why it is retired"))
        changed = knowledge.retire(world, article, why, restore=restore)
    else:
        changed = knowledge.edit(world, article, written, why)
    _tell(terminal, world, changed, _("changed: {number} {title}"))


def search(
    terminal: Terminal,
    words: Annotated[list[str], typer.Argument(help=_("What to look for."), metavar="WORDS...")],
    site: _Site = None,
    retired: Annotated[bool, typer.Option("--retired", help=_("Retired articles too."))] = False,
    limit: Annotated[
        int, typer.Option("--limit", help=_("At most so many."), min=1, max=1000, metavar="N")
    ] = 10,
) -> None:
    """Find what holds all the words, else what holds some."""
    from hmaint.app import knowledge
    from hmaint.cli.format.knowledge import show_search
    from hmaint.store.lookup import Narrowing

    world = terminal.world()
    if site is not None:
        world.site(site)
    query = " ".join(words)
    narrowing = Narrowing(site or "", site or "", retired, limit)
    show_search(terminal, knowledge.search(world, query, narrowing), query)


def list_articles(
    terminal: Terminal,
    site: _Site = None,
    tag: _Tags = None,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help=_("Only those that nobody has said to help."))
    ] = False,
    retired: Annotated[bool, typer.Option("--retired", help=_("Retired articles too."))] = False,
) -> None:
    """Everything there is, in the order it was written."""
    from hmaint.app import knowledge
    from hmaint.cli.format.knowledge import article_object
    from hmaint.kit.text import one_line

    world = terminal.world()
    if site is not None:
        world.site(site)
    found = [
        each
        for each in knowledge.every(world)
        if site in (None, each.site)
        and (retired or not each.retired)
        and not (unconfirmed and each.solved)
        and (not tag or set(tag) & set(each.tags))
    ]
    columns = {
        "id": _("article"), "title": _("title"), "system": _("system"), "tags": _("tags"),
        "helped": _("helped"), "failed": _("did not help"), "added": _("added"),
    }  # fmt: skip
    objects = [article_object(each) for each in found]
    if terminal.format != "json":
        for shown, each in zip(objects, found, strict=True):
            shown |= {
                "title": one_line(each.title, 60), "tags": "、".join(each.tags), "helped": str(each.solved),
                "failed": str(each.failed), "added": f"{each.added_at:%Y-%m-%d}",
            }  # fmt: skip
    show_list(terminal, "hmaint.kb-list/1", "articles", columns, objects)


def show(
    terminal: Terminal,
    article: _Id,
    history: Annotated[
        bool, typer.Option("--history", help=_("Also who changed what, when and why."))
    ] = False,
) -> None:
    """One article."""
    from hmaint.app import knowledge
    from hmaint.cli.format.knowledge import show_article

    one, entries = knowledge.history(terminal.world(), article)
    show_article(terminal, one, entries, history=history)


def used(
    terminal: Terminal,
    article: _Id,
    solved: Annotated[bool, typer.Option("--solved", help=_("It helped."))] = False,
    failed: Annotated[bool, typer.Option("--failed", help=_("It did not help."))] = False,
    incident: Annotated[
        str,
        typer.Option(
            "--incident",
            help=_("The incident it was tried for."),
            metavar="INCIDENT",
            autocompletion=matter_names("incident"),
        ),
    ] = "",
    note: Annotated[str, typer.Option("--note", help=_("Anything worth keeping."), metavar="TEXT")] = "",
) -> None:
    """What became of trying it."""
    from hmaint.app import knowledge

    if solved is failed:
        raise WrongUsage(_("say either --solved or --failed"))
    world = terminal.world()
    if incident:
        incident = world.records.entries.of(incident, "incident")[0].matter
    article_now = knowledge.use(world, article, solved=solved, incident=incident, note=note)
    _tell(terminal, world, article_now, _("noted with {number} {title}"))


def export(
    terminal: Terminal,
    site: _Site = None,
    markdown: Annotated[
        Path | None,
        typer.Option("--markdown", help=_("Write a page an article into this folder."), metavar="DIR"),
    ] = None,
    word: Annotated[bool, typer.Option("--word", help=_("Write all into one Word document."))] = False,
    digest: Annotated[
        str,
        typer.Option(
            "--digest",
            help=_("Write the digest (知识库更新摘要) of 2026Q4, 2026-11 or 2026."),
            metavar="PERIOD",
        ),
    ] = "",
    retired: Annotated[bool, typer.Option("--retired", help=_("Retired articles too."))] = False,
) -> None:
    """Write what was asked for and name the files."""
    from hmaint.app import knowledge_export

    if not (markdown or word or digest):
        raise WrongUsage(_("say --word, --markdown DIR or --digest PERIOD"))
    if (word or digest) and site is None:
        raise WrongUsage(_("a document is of one site: say --site"))
    world = terminal.world()
    written: list[str] = []
    if markdown:
        written.append(knowledge_export.pages(world, markdown, site, retired=retired))
    if site is not None and word:
        written.append(knowledge_export.volume(world, site))
    if site is not None and digest:
        written.append(knowledge_export.digest(world, site, digest))
    for path in written:
        terminal.out(path)
