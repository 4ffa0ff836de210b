"""A Word template taken apart: which of its texts are filled in, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from hmaint.kit.i18n import N_, _
from hmaint.report.form import Form
from hmaint.report.language import faults_of, used
from hmaint.report.package import BadPackage, is_filled, unpack
from hmaint.report.paragraphs import parse
from hmaint.report.signature import signature_faults
from hmaint.report.tags import has_tags, marks_in, tag_faults

_TITLES = {
    "document": N_("body"),
    "header": N_("header"),
    "footer": N_("footer"),
    "footnotes": N_("footnotes"),
}
_PROPERTIES = "docProps/core.xml"
_FORBIDDEN = (
    ("word/embeddings/", N_("an embedded object")),
    ("word/activeX/", N_("an ActiveX control")),
    ("word/afchunk", N_("an imported chunk")),
    ("customUI/", N_("a custom ribbon")),
)

Trees = Mapping[str, Element]
"""The XML parts of a template by name."""


def template_faults(content: bytes, form: Form) -> list[str]:
    """Everything that keeps a template from being filled safely; one line each, empty when it is sound."""
    try:
        parts = unpack(content)
        trees = {name: _tree(name, part) for name, part in parts.items() if name.endswith((".xml", ".rels"))}
    except BadPackage as fault:
        return [str(fault)]
    faults = [*_package_faults(parts, trees), *_stray_faults(trees)]
    faults += [
        _in(_(_title(name)), fault) for name in trees if is_filled(name) for fault in tag_faults(trees[name])
    ]
    # Only tags that stand where they may can be read as a program.
    faults = faults or [*_language_faults(content, form)]
    return [*faults, *_form_faults(trees, form)]


def body_of(content: bytes) -> Element:
    """Find the tree of a document's text, headers and footers aside."""
    parts = unpack(content)
    return next(parse(parts[name]) for name in parts if _is_body(name))


def _tree(name: str, part: bytes) -> Element:
    try:
        return parse(part)
    except ValueError as fault:
        words = _("{name} is not whole ({reason}): save the file as .docx in Word or WPS once more")
        raise BadPackage(words.format(name=name, reason=fault)) from fault


def _in(title: str, fault: str) -> str:
    return _("{name}: {reason}").format(name=title, reason=fault)


def _title(name: str) -> str:
    return _TITLES[re.sub(r"^word/|\d*\.xml$", "", name)]


def _is_body(name: str) -> bool:
    return is_filled(name) and _title(name) == _TITLES["document"]


def _package_faults(parts: Mapping[str, bytes], trees: Trees) -> Iterator[str]:
    for name in parts:
        for start, what in _FORBIDDEN:
            if name.startswith(start):
                yield _("a template must not hold {what}: {name}").format(what=_(what), name=name)
    for name, root in trees.items():
        if name.endswith(".rels") and any(map(_fetches, root)):
            yield _("a template must not fetch from elsewhere, opening it would tell: {name}").format(
                name=name
            )


def _fetches(relation: Element) -> bool:
    """Whether a relationship loads something when the file is opened; a hyperlink waits for a click."""
    outside = relation.get("TargetMode", "").lower() == "external"
    return outside and not relation.get("Type", "").endswith("/hyperlink")


def _stray_faults(trees: Trees) -> Iterator[str]:
    for name, root in trees.items():
        if name.startswith("word/") and not is_filled(name) and has_tags(root):
            yield _("tags in {name} are not filled, move them to body, header or footer").format(name=name)
    properties = trees.get(_PROPERTIES)
    if properties is not None and marks_in("".join(properties.itertext())):
        yield _("the document properties take no tags, hmaint fills them")


def _language_faults(content: bytes, form: Form) -> Iterator[str]:
    from hmaint.report.rendering import NotRendered, sources  # noqa: PLC0415 - loads the Word libraries

    try:
        texts = list(sources(content))
    except NotRendered as fault:
        yield str(fault)
        return
    names: set[str] = set()
    for title, source in texts:
        faults = faults_of(source, form.fields)
        yield from (_in(title, fault) for fault in faults)
        names |= set() if faults else used(source)
    for name, field in form.fields.items():
        if field.required and name not in names:
            words = _("the template does not use the required field {name} ({title})")
            yield words.format(name=name, title=field.title)


def _form_faults(trees: Trees, form: Form) -> list[str]:
    body = next((root for name, root in trees.items() if _is_body(name)), None)
    if body is None:
        return [_("the body is not in word/document.xml: save the file as .docx in Word or WPS once more")]
    return signature_faults(body, form.signatures)
