"""Forms, documents and checked templates, as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hmaint.app.handling import condition
from hmaint.cli.format.machine import stamp
from hmaint.cli.listing import show_list, show_object
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.forms import Checked
    from hmaint.app.render import Rendered
    from hmaint.app.world import World
    from hmaint.cli.terminal import Terminal
    from hmaint.model.document import Document, Handling
    from hmaint.report.form import Field

_HASH = 8
"""So much of a hash is read by people; the JSON has the whole."""


def show_forms(terminal: Terminal, only: str | None = None) -> None:
    """Every form; those that cannot be read leave by the error rim, after the others are shown."""
    from hmaint.app.forms import all_forms, merged, own_files
    from hmaint.report.form import find_form

    root = terminal.root()
    forms, bad = all_forms(root) if only is None else ([find_form(only, root)], [])
    objects = [
        {
            "id": form.id,
            "title": form.title,
            "own": own_files(form, root),
            "signatures": [each.label for each in form.signatures],
            "template": str(form.template),
        }
        for form in forms
    ]
    if terminal.format != "json":
        objects = [
            one | {"own": _whose(one["own"]), "signatures": "、".join(one["signatures"])} for one in objects
        ]
    columns = {"id": _("form"), "title": _("title"), "own": _("whose"), "signatures": _("signed as")}
    show_list(terminal, "hmaint.form-list/1", "forms", columns, objects)
    if wrong := merged(iter(bad)):
        raise wrong


def show_fields(terminal: Terminal, name: str) -> None:
    """Every field of a form as a template names it, those of a list below it."""
    from hmaint.report.form import find_form

    form = find_form(name, terminal.root())
    if terminal.format != "json":
        terminal.err(_("template: {file}").format(file=form.template))
    columns = {
        "field": _("field"), "title": _("title"), "type": _("type"), "needed": _("needed"), "source": _("comes from"),
    }  # fmt: skip
    words = {
        "type": {
            "text": _("text"), "number": _("a number"), "flag": _("yes or no"), "rows": _("list"),
            "picture": _("picture"),
        },
        "needed": {
            "filled": _("must be used, never empty"), "place": _("must be used, may stay blank"),
            "blank": _("may stay blank"), "optional": _("optional"), "whole": _("never empty"),
        },
    }  # fmt: skip
    show_list(terminal, "hmaint.form-fields/1", "fields", columns, list(_fields(form.fields)), words)


def _fields(fields: Mapping[str, Field], above: str = "") -> Iterator[dict[str, object]]:
    for name, field in fields.items():
        one: dict[str, object] = {
            "field": f"{above}{name}",
            "title": field.title,
            "type": field.type,
            "needed": _needed(field, above),
        }
        yield one | {"source": field.source}
        yield from _fields(field.of, f"{above}{name}.")


def _needed(field: Field, above: str) -> str:
    """What is asked of a field; those of a list need not be used, but where a list has a row they are not empty."""
    if field.required and above:
        return "blank" if field.handwriting else "whole"
    if field.required:
        return "place" if field.handwriting else "filled"
    return "blank" if field.handwriting else "optional"


def _whose(own: Sequence[str]) -> str:
    return _("own: {files}").format(files=", ".join(own)) if own else _("shipped")


def show_documents(terminal: Terminal, world: World, documents: Sequence[Document]) -> None:
    """Every version issued, with how far it has come and whether its file is still what was issued."""
    objects = [_object(world, each) for each in documents]
    columns = {
        "number": _("number"), "version": _("version"), "title": _("title"), "standing": _("state"),
        "file": _("file"), "digest": _("hash"), "path": _("path"),
    }  # fmt: skip
    if terminal.format != "json":
        objects = [one | {"digest": str(one["digest"])[:_HASH]} for one in objects]
    if terminal.format == "table":
        # A screen has no room for it beside the path, which says it, too.
        del columns["title"]
    words = {"standing": standing_words(), "file": file_words()}
    show_list(terminal, "hmaint.document-list/1", "documents", columns, objects, words)


def show_document(terminal: Terminal, world: World, document: Document) -> None:
    """One version with everything that became of it."""
    one = _object(world, document)
    fields = {
        "number": _("number"), "version": _("version"), "form": _("form"), "title": _("title"), "site": _("site"),
        "contract": _("contract"), "standing": _("state"), "file": _("file"), "path": _("path"),
        "digest": _("hash"), "sources": _("made of"), "handlings": _("history"),
    }  # fmt: skip
    if terminal.format != "json":
        one |= {
            "standing": standing_words()[str(one["standing"])],
            "file": file_words()[str(one["file"])],
            "handlings": [_told(each) for each in document.handlings],
        }
    show_object(terminal, "hmaint.document/1", fields, one)


def show_rendered(terminal: Terminal, made: Rendered) -> None:
    """Where the files are; what could not be made is a remark."""
    document = made.document
    if terminal.format == "json":
        known = (
            {"number": document.number, "version": document.version, "digest": document.digest}
            if document
            else {}
        )
        one = {"schema": "hmaint.rendered/1", "path": made.path, "issued": document is not None, **known}
        pdf = {"pdf": made.pdf or None, "no_pdf": made.no_pdf or None}
        open_ones = {"questions": [each.id for each in made.questions]} if document else {}
        terminal.out(json.dumps({**one, **pdf, **open_ones}, ensure_ascii=False, indent=2))
        return
    for path in filter(None, (made.path, made.pdf)):
        terminal.out(path)
    if made.no_pdf:
        terminal.err(made.no_pdf)
    for each in made.questions:
        words = _("the contract leaves open: {id} {question} (read meanwhile as: {proposal})")
        terminal.err(words.format(id=each.id, question=each.question, proposal=each.proposal))
    if document:
        terminal.err(
            _("issued as {number}, version {version}").format(
                number=document.number, version=document.version
            )
        )
    else:
        terminal.err(
            _("a trial print: it has no number and is not registered; --site SITE issues a document")
        )


def show_checked(terminal: Terminal, checked: Sequence[Checked]) -> None:
    """What is sound; faults are told by the error rim, in JSON also here."""
    if terminal.format == "json":
        objects = [
            {
                "form": each.form,
                "template": each.template,
                "faults": [str(fault) for fault in each.bad.faults] if each.bad else [],
            }
            for each in checked
        ]
        terminal.out(
            json.dumps({"schema": "hmaint.form-check/1", "forms": objects}, ensure_ascii=False, indent=2)
        )
        return
    for each in checked:
        if each.bad is None:
            terminal.out(_("{form}: no fault, the test print is whole").format(form=each.form))


def standing_words() -> dict[str, str]:
    """How the states of a document are called."""
    return {"drafted": _("drafted"), "submitted": _("submitted"), "signed": _("signed")}


def file_words() -> dict[str, str]:
    """How it is called what has become of a document's file."""
    return {
        "intact": _("as issued"),
        "changed": _("changed since"),
        "changed-since-signed": _("changed since it was signed"),
        "missing": _("not there"),
    }


def _object(world: World, document: Document) -> dict[str, object]:
    return {
        "number": document.number,
        "version": document.version,
        "form": document.form,
        "title": document.title,
        "site": document.site,
        "contract": document.contract,
        "standing": str(document.standing),
        "file": str(condition(world, document)),
        "path": document.path,
        "digest": document.digest,
        "sources": list(document.sources),
        "generated_at": stamp(document.generated_at),
        "issued_at": stamp(document.issued_at),
        "operator": document.operator,
        "handlings": [_handling(each) for each in document.handlings],
    }


def _handling(each: Handling) -> dict[str, object]:
    return {
        "standing": str(each.standing),
        "at": stamp(each.at),
        "recorded_at": stamp(each.recorded_at),
        "operator": each.operator,
        "person": each.person,
        "evidence": each.evidence,
        "evidence_name": each.evidence_name,
    }


def _told(each: Handling) -> str:
    words = [
        f"{each.at:%Y-%m-%d %H:%M}",
        standing_words()[str(each.standing)],
        each.person,
        each.evidence_name,
    ]
    return " ".join([*filter(None, words), *([f"sha256 {each.evidence[:_HASH]}"] if each.evidence else [])])
