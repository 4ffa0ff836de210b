"""`hmaint kb`: what is known of troubles, found again by two characters or a code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import matter_names
from hmaint.cli.kb_write import Id, Site, Tags, add, edit, tell
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _


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


def search(
    terminal: Terminal,
    words: Annotated[list[str], typer.Argument(help=_("What to look for."), metavar="WORDS...")],
    site: Site = None,
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
    site: Site = None,
    tag: Tags = None,
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
    article: Id,
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
    article: Id,
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
    tell(terminal, world, article_now, _("noted with {number} {title}"))


def export(
    terminal: Terminal,
    site: Site = None,
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
