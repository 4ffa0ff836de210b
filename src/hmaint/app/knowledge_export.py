"""The knowledge base handed over: as documents, or as a folder of pages."""

from __future__ import annotations

import os
from pathlib import Path

from hmaint.app.documents import issue_document, placed
from hmaint.app.knowledge import every
from hmaint.app.knowledge_papers import DIGEST, VOLUME, digest_of, volume_of
from hmaint.app.world import World
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file
from hmaint.report.knowledge_markdown import contents, page, page_name

_CONTENTS = "README.md"


def pages(world: World, folder: Path, site: str | None, *, retired: bool) -> str:
    """Write a page an article and a table of contents into a folder, and give its name.

    A page that is there is written anew, in one step; whatever else lies in the folder is left alone. WrongUsage
    where there is no article, Refused where the folder cannot be written.
    """
    if site is not None:
        world.site(site)
    held = [each for each in every(world) if site in (None, each.site) or not each.site]
    held = [each for each in held if retired or not each.retired]
    if not held:
        raise WrongUsage(_("there is no article to write"))
    _make(folder)
    for each in held:
        replace_file(folder / page_name(each), page(each).encode())
    title = "知识库" if site is None else f"{world.site(site).title} 知识库"
    replace_file(folder / _CONTENTS, contents(held, title).encode())
    return placed(world, folder.absolute())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        raise Refused(_("{folder} cannot be made: {reason}").format(folder=folder, reason=why)) from None


def volume(world: World, site: str) -> str:
    """Write all articles about a site into one Word document, and give its name."""
    return issue_document(world, VOLUME, site, volume_of(world, site)).path


def digest(world: World, site: str, period: str) -> str:
    """Write the digest of a period as a Word document, and give its name."""
    return issue_document(world, DIGEST, site, digest_of(world, site, period)).path
