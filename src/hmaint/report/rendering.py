"""docxtpl, held to our rules: our sandbox, strict XML, and data that cannot look like a tag."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.parsers.expat import ExpatError, ParserCreate

from docx.opc.coreprops import CoreProperties
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError
from lxml import etree  # type: ignore[import-untyped]  # as docx, it has no type information

from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.report.bookmarks import drawings, numbered
from hmaint.report.form import Field
from hmaint.report.language import environment
from hmaint.report.neutral import neutralise
from hmaint.report.package import is_filled, pack, unpack
from hmaint.report.paragraphs import W
from hmaint.report.pictures import hung
from hmaint.report.tags import marks_in

# Braces of data travel as noncharacters, which no text may hold, so that no pass over the text can take them
# for a tag's, and so that any mark left afterwards is known to be the template's own.
_AWAY = str.maketrans({"\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "{": "\ufdd0", "}": "\ufdd1"})
_BACK = (("\ufdd0".encode(), b"{"), ("\ufdd1".encode(), b"}"))
_NEVER = datetime(1980, 1, 1, tzinfo=UTC)
_PROPERTY = 255
_PICTURE_MM = 166
"""Between the margins of the shipped templates, less a hair."""
_ANY_FAULT = (
    TemplateError, OpcError, InvalidXmlError, AttributeError, IndexError, KeyError, TypeError, ValueError,
    SyntaxError, RecursionError, ExpatError,
)  # fmt: skip
"""What docxtpl, python-docx and lxml raise over a broken template; lxml's errors are SyntaxErrors."""


class NotRendered(ValueError):
    """The template could not be filled; the message says why."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself; `created` is when its data was made, so that a print is reproducible."""

    title: str = ""
    subject: str = ""
    author: str = ""
    created: datetime = _NEVER


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl has no type information
    """docxtpl, but broken XML is an error instead of lost text, and what nothing asks for is not done.

    Filling is docxtpl's; of what it does with the filled text only that is left which the template needs, since a
    tree of ten thousand rows that is built, moved, walked and written again costs more than all the rest.
    """

    filled: str | None = None
    """The body as filled, to be put in place of the stub that travels in the tree; None where the tree has it."""

    def build_xml(self, context: object, jinja_env: object = None) -> str:
        self._columns_vary = _VARYING.search(_MARKUP.sub("", self.get_xml())) is not None
        xml: str = super().build_xml(context, jinja_env)
        return xml

    def fix_tables(self, xml: str) -> object:
        """Hold the XML against the rules; grids are only mended where the template makes columns."""
        _hold_whole(xml)
        if self._columns_vary:
            return super().fix_tables(xml)
        self.filled = xml
        return etree.fromstring(_STUB)

    def resolve_listing(self, xml: str) -> str:
        """Break lines within text; docxtpl's own three passes only see paragraphs that have some to break."""
        return _PARAGRAPH.sub(self._broken, xml)

    def _broken(self, paragraph: re.Match[str]) -> str:
        text = paragraph.group()
        if _BREAKS.search(text) is None:
            return text
        xml: str = super().resolve_listing(text)
        return xml


_MARKUP = re.compile(r"<[^>]+>")
_VARYING = re.compile(r"\{%\s*(?:tc|colspan|hm)\b")
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_BREAKS = re.compile(r"[\t\n\a\f]")
_STUB = f'<w:body xmlns:w="{W[1:-1]}"><w:sectPr/></w:body>'
_STUBS = re.compile(rb"<w:body(?: [^>]*)?><w:sectPr/></w:body>")
"""It has a section, as docxtpl finds footnotes by sections."""


def _hold_whole(xml: str) -> None:
    """Raise ExpatError, a mistake with its place, for broken XML; nothing is built."""
    ParserCreate().Parse(xml.encode(), True)  # noqa: FBT003 - the library names it nothing: there is no more to come


def sources(content: bytes) -> Iterator[tuple[str, str]]:
    """Give each part's name and text as the template language sees it; NotRendered when broken."""
    try:
        template = _Template(io.BytesIO(content))
        template.init_docx()
        yield _("body"), template.patch_xml(template.get_xml())
        for uri, title in ((template.HEADER_URI, _("header")), (template.FOOTER_URI, _("footer"))):
            for _key, part in template.get_headers_footers(uri):
                yield title, template.patch_xml(template.get_part_xml(part))
        for part in template.docx.part.package.iter_parts():
            if part.content_type.endswith("footnotes+xml"):
                yield _("footnotes"), template.patch_xml(part.blob.decode("utf-8"))
    except _ANY_FAULT as fault:
        raise NotRendered(_("the template cannot be opened: {reason}").format(reason=fault)) from fault


def render(
    content: bytes, data: Mapping[str, object], properties: Properties, fields: Mapping[str, Field]
) -> bytes:
    """Fill the template with the data, packed reproducibly; NotRendered where that fails or tags are left."""
    target = io.BytesIO()
    try:
        template = _Template(io.BytesIO(content))
        carried = neutralise(data, _carried)
        assert isinstance(carried, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
        template.render(hung(carried, fields, lambda png: _drawn(template, png)), environment())
        _describe(template.docx.core_properties, properties)
        template.save(target)
        parts = _spliced(unpack(target.getvalue()), template)
    except _ANY_FAULT as fault:
        words = _("the template cannot be filled: {reason}")
        raise NotRendered(words.format(reason=fault or type(fault).__name__)) from fault
    return pack({name: _restored(name, part) for name, part in parts.items()})


def _spliced(parts: dict[str, bytes], template: _Template) -> dict[str, bytes]:
    """Put the body as it was filled in the place of its stub."""
    if template.filled is None:
        return parts
    name = str(template.docx.part.partname).lstrip("/")
    before, after = _STUBS.split(parts[name], maxsplit=1)
    return {**parts, name: before + drawings(template.filled.encode()) + after}


def _drawn(template: DocxTemplate, png: bytes) -> InlineImage:
    return InlineImage(template, io.BytesIO(png), width=Mm(_PICTURE_MM))


def _carried(text: str) -> str:
    return harmless(text).translate(_AWAY)


def _restored(name: str, part: bytes) -> bytes:
    if not name.endswith(".xml"):
        return part
    if is_filled(name) and marks_in(part.decode("utf-8", "replace")):
        raise NotRendered(_("tags are left after filling: {name}").format(name=name))
    for away, brace in _BACK:
        part = part.replace(away, brace)
    return numbered(part)


def _describe(core: CoreProperties, properties: Properties) -> None:
    core.title = harmless(properties.title)[:_PROPERTY]
    core.subject = harmless(properties.subject)[:_PROPERTY]
    core.author = core.last_modified_by = harmless(properties.author)[:_PROPERTY]
    core.comments = core.keywords = core.category = core.version = core.identifier = ""
    core.created = core.modified = properties.created.astimezone(UTC)
    core.revision = 1
