"""A Word template taken apart: which of its texts are filled in, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from hmaint.report.form import Form
from hmaint.report.language import faults_of, used
from hmaint.report.package import BadPackage, is_filled, unpack
from hmaint.report.paragraphs import parse
from hmaint.report.signature import signature_faults
from hmaint.report.tags import has_tags, marks_in, tag_faults

_TITLES = {"document": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注"}
_PROPERTIES = "docProps/core.xml"
_FORBIDDEN = (
    ("word/embeddings/", "嵌入对象 (embedded object)"),
    ("word/activeX/", "ActiveX 控件 (ActiveX)"),
    ("word/afchunk", "外部片段 (imported chunk)"),
    ("customUI/", "自定义界面 (custom ribbon)"),
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
        f"{_title(name)}：{fault}" for name in trees if is_filled(name) for fault in tag_faults(trees[name])
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
        raise BadPackage(
            f"{name} 不完整，文件损坏：请用 Word 或 WPS 另存为 .docx (broken XML: {fault})"
        ) from fault


def _title(name: str) -> str:
    return _TITLES[re.sub(r"^word/|\d*\.xml$", "", name)]


def _is_body(name: str) -> bool:
    return is_filled(name) and _title(name) == _TITLES["document"]


def _package_faults(parts: Mapping[str, bytes], trees: Trees) -> Iterator[str]:
    for name in parts:
        for start, what in _FORBIDDEN:
            if name.startswith(start):
                yield f"模板不能含有{what}：{name}"
    for name, root in trees.items():
        if name.endswith(".rels") and any(map(_fetches, root)):
            yield f"模板不能从别处取内容，打开文件会泄露信息 (external relationship): {name}"


def _fetches(relation: Element) -> bool:
    """Whether a relationship loads something when the file is opened; a hyperlink waits for a click."""
    outside = relation.get("TargetMode", "").lower() == "external"
    return outside and not relation.get("Type", "").endswith("/hyperlink")


def _stray_faults(trees: Trees) -> Iterator[str]:
    for name, root in trees.items():
        if name.startswith("word/") and not is_filled(name) and has_tags(root):
            yield f"{name} 里的标签不会被填写，请移到正文、页眉或页脚 (tags in a part that is not filled)"
    properties = trees.get(_PROPERTIES)
    if properties is not None and marks_in("".join(properties.itertext())):
        yield "文档属性里不能有标签，属性由 hmaint 填写 (tags in the document properties)"


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
        yield from (f"{title}：{fault}" for fault in faults)
        names |= set() if faults else used(source)
    for name, field in form.fields.items():
        if field.required and name not in names:
            yield f"模板没有用到必填项 (required field is not used): {name}（{field.title}）"


def _form_faults(trees: Trees, form: Form) -> list[str]:
    body = next((root for name, root in trees.items() if _is_body(name)), None)
    if body is None:
        return ["正文不在 word/document.xml：请用 Word 或 WPS 另存为 .docx (unusual main part)"]
    return signature_faults(body, form.signatures)
