"""The parts of a Word file around its text: styles, settings, page, and the zip they are packed in."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hmaint.report.package import pack
from hmaint.report.source.sheet import WIDTH, Layout

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FONTS = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{1}" w:cs="{0}"/>'
_SONG = _FONTS.format("Times New Roman", "宋体")
_HEI = _FONTS.format("Times New Roman", "黑体")
_PAGE = (11906, 16838)
_MARGIN = (_PAGE[0] - WIDTH) // 2


def build(layout: Layout) -> bytes:
    """Make the template as the bytes of a .docx, the same bytes each time."""
    return pack(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations(
                ("officeDocument", "word/document.xml"), ("extended-properties", "docProps/app.xml")
            ),
            "docProps/core.xml": _core(layout.title),
            "docProps/app.xml": _app(),
            "word/document.xml": _document(layout),
            "word/_rels/document.xml.rels": _relations(
                ("styles", "styles.xml"), ("settings", "settings.xml"),
                ("header", "header1.xml"), ("footer", "footer1.xml"),
            ),
            "word/styles.xml": _styles(),
            "word/settings.xml": _settings(),
            "word/header1.xml": _part("hdr", layout.header),
            "word/footer1.xml": _part("ftr", layout.footer),
        }
    )  # fmt: skip


def _part(root: str, inner: str) -> bytes:
    return f"{_XML}<w:{root} {_W}>{inner}</w:{root}>".encode()


def _document(layout: Layout) -> bytes:
    width, height = _PAGE
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
        '<w:footerReference w:type="default" r:id="rId4"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="1304" w:right="{_MARGIN}" w:bottom="1304" w:left="{_MARGIN}"'
        ' w:header="680" w:footer="510" w:gutter="0"/></w:sectPr>'
    )
    return _part("document", f"<w:body>{''.join(layout.body)}{section}</w:body>")


def _content_types() -> bytes:
    overrides = {
        "/word/document.xml": f"{_WORD_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_WORD_TYPE}.styles+xml",
        "/word/settings.xml": f"{_WORD_TYPE}.settings+xml",
        "/word/header1.xml": f"{_WORD_TYPE}.header+xml",
        "/word/footer1.xml": f"{_WORD_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    entries = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{entries}</Types>'
    ).encode()


def _relations(*targets: tuple[str, str]) -> bytes:
    entries = "".join(
        f'<Relationship Id="rId{index}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(targets, start=1)
    )
    core = (
        f'<Relationship Id="rId9" Type="{_PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/>'
        if targets[0][0] == "officeDocument"
        else ""
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{entries}{core}</Relationships>'.encode()


def _core(title: str) -> bytes:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
    ).encode()


def _app() -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{_XML}<Properties xmlns="{kind}"><Application>hmaint</Application></Properties>'.encode()


def _settings() -> bytes:
    # Mode 15 keeps Word from opening the file in "compatibility mode"; East Asian line rules on.
    return _part(
        "settings",
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>',
    )


def _style(name: str, shown: str, paragraph: str = "", run: str = "", *, based: bool = True) -> str:
    kind = "" if based else ' w:default="1"'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{kind}><w:name w:val="{shown}"/>'
        + ('<w:basedOn w:val="Normal"/>' if based else "")
        + f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _styles() -> bytes:
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    run = f"<w:rPr>{_SONG}{_size(21)}{language}</w:rPr>"
    defaults = f"<w:docDefaults><w:rPrDefault>{run}</w:rPrDefault></w:docDefaults>"
    return _part("styles", defaults + _paragraph_styles() + _table_styles())


def _paragraph_styles() -> str:
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>'
    line = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
    return "".join(
        (
            _style("Normal", "Normal", "", f"{_SONG}{_size(21)}", based=False),
            _style(
                "Title", "Title", '<w:spacing w:before="60" w:after="160"/><w:jc w:val="center"/>',
                f"{_HEI}<w:b/>{_size(36)}",
            ),
            _style(
                "Heading1", "heading 1",
                '<w:keepNext/><w:spacing w:before="200" w:after="80"/><w:outlineLvl w:val="0"/>',
                f"{_HEI}<w:b/>{_size(24)}",
            ),
            _style(
                "Heading2", "heading 2",
                '<w:keepNext/><w:spacing w:before="180" w:after="40"/><w:outlineLvl w:val="1"/>',
                f"{_HEI}{_size(21)}",
            ),
            _style("CellText", "表格文字", '<w:spacing w:before="30" w:after="30"/>', _size(19)),
            _style("CellLabel", "表格标签", '<w:spacing w:before="30" w:after="30"/>', f"{_HEI}{_size(19)}"),
            _style("Note", "小字说明", '<w:spacing w:before="40" w:after="60"/>', _size(18)),
            _style("Header", "header", f"{line}{tab}", _size(17)),
            _style("Footer", "footer", "", _size(15)),
        )
    )  # fmt: skip


def _table_styles() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
        for side, size in (
            ("top", 8),
            ("left", 8),
            ("bottom", 8),
            ("right", 8),
            ("insideH", 4),
            ("insideV", 4),
        )
    )
    margins = '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{margins}</w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="FormTable"><w:name w:val="表单表格"/>'
        '<w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders>{margins}</w:tblPr></w:style>"
    )
