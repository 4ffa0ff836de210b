"""Files that are no usable Word document, each refused with the words that help."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from hmaint.report.package import BadPackage, pack, unpack
from tests.report.templates import template

GOOD = template("<w:p/>")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def with_part(name: str, content: bytes) -> bytes:
    return pack({**unpack(GOOD), name: content})


def with_types(old: bytes, new: bytes) -> bytes:
    return with_part("[Content_Types].xml", unpack(GOOD)["[Content_Types].xml"].replace(old, new))


def bomb() -> bytes:
    return with_part("word/media/zeros.bin", b"\0" * (65 * 1024 * 1024))


def many() -> bytes:
    return pack({**unpack(GOOD), **{f"word/media/{number}.bin": b"" for number in range(2001)}})


def duplicated() -> bytes:
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr("word/document.xml", "<other/>")
    return target.getvalue()


def flipped() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        entry = package.getinfo("word/document.xml")
    middle = entry.header_offset + 60 + entry.compress_size // 2
    return GOOD[:middle] + bytes([GOOD[middle] ^ 0x55]) + GOOD[middle + 1 :]


MAIN = b"wordprocessingml.document.main+xml"
BAD = {
    "an old .doc": (OLE, "旧版 .doc"),
    "a password-protected file": (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "a PDF": (b"%PDF-1.7\n", "这不是 Word 文件"),
    "an empty file": (b"", "这不是 Word 文件"),
    "noise": (b"PK\x03\x04" + os.urandom(300), "文件损坏"),
    "a file cut short": (GOOD[: len(GOOD) * 6 // 10], "文件损坏"),
    "a file with one byte changed": (flipped(), "文件损坏"),
    "a .dotx": (with_types(MAIN, b"wordprocessingml.template.main+xml"), ".dotx"),
    "a .docm": (
        with_types(
            b"application/vnd.openxmlformats-officedocument." + MAIN,
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
        "含宏",
    ),
    "hidden macros": (with_part("word/vbaProject.bin", b"x"), "含宏"),
    "a spreadsheet": (with_types(MAIN, b"spreadsheetml.sheet.main+xml"), "这不是 Word 文档"),
    "some other zip": (pack({"a.txt": b"x"}), "这不是 Word 文档"),
    "a zip bomb": (bomb(), "解压后过大"),
    "thousands of parts": (many(), "解压后过大"),
    "two parts of one name": (duplicated(), "重名部件"),
    "entities": (with_part("word/document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "文档类型声明"),
    "entities in another encoding": (
        with_part("word/a.xml", "<!DOCTYPE x>".encode("utf-16")),
        "文档类型声明",
    ),
}


@pytest.mark.parametrize(("content", "why"), BAD.values(), ids=list(BAD))
def test_a_file_that_may_not_be_used_is_refused_with_its_reason(content: bytes, why: str) -> None:
    with pytest.raises(BadPackage, match=why):
        unpack(content)


def test_a_sound_file_gives_its_parts_and_packs_to_the_same_bytes() -> None:
    assert pack(unpack(GOOD)) == GOOD
    assert "word/styles.xml" in unpack(GOOD)


def test_a_zip_with_folders_is_no_harm() -> None:
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a") as package:
        package.mkdir("word/media")
    assert unpack(target.getvalue()) == unpack(GOOD)
