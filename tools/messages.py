"""Keep the Chinese message catalogue complete: extract, merge, compile; `--check` only tells what is amiss."""

from __future__ import annotations

import ast
import gettext
import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path("src/hmaint")
PO = SOURCE / "locale/zh_CN/LC_MESSAGES/hmaint.po"
MO = PO.with_suffix(".mo")
MARKERS = {"_": None, "N_": None}
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""No date of the day goes into the files, so that making them again changes nothing."""
_DATED = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By')


def template() -> Catalog:
    """Every message id in the source."""
    catalogue = Catalog(project="hmaint", charset="utf-8", creation_date=_NEVER)
    found = extract_from_dir(str(SOURCE), [("**.py", "python")], keywords=MARKERS)
    for file, line, message, *_rest in sorted(found):
        catalogue.add(message, locations=[(str(SOURCE / file), line)])
    return catalogue


def merged(source: Catalog | None = None) -> Catalog:
    """The catalogue as it should be: known translations kept, new ids empty, dead ones dropped."""
    catalogue = translated()
    catalogue.update(source or template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def translated() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", domain="hmaint")
    catalogue.creation_date = catalogue.revision_date = _NEVER
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text, without line numbers, so that moving code changes nothing."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, no_location=True, sort_output=True)
    lines = [line for line in out.getvalue().decode().splitlines() if not line.startswith(_DATED)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def compiled() -> dict[str, str]:
    """What the compiled catalogue answers; nothing when there is none."""
    if not MO.exists():
        return {}
    with MO.open("rb") as file:
        messages = vars(gettext.GNUTranslations(file))["_catalog"]
    return {str(key): str(text) for key, text in messages.items() if key}


def faults() -> list[str]:
    """What is amiss with the messages in the tree."""
    return gaps(template()) + [fault for path in sorted(SOURCE.rglob("*.py")) for fault in unspoken(path)]


def gaps(source: Catalog) -> list[str]:
    """What the catalogue lacks of the ids of the source, and has too many or not compiled."""
    catalogue = merged(source)
    wanted = [message for message in catalogue if message.id]
    found = [f"no translation: {m.id!r}" for m in wanted if not m.string]
    found += [f"placeholders differ: {m.id!r}" for m in wanted if m.string and not _agree(m.id, m.string)]
    if PO.read_bytes() != po_bytes(catalogue):
        found.append(f"{PO} is not up to date")
    if compiled() != {str(m.id): str(m.string) for m in translated() if m.id and m.string}:
        found.append(f"{MO} is not compiled from it")
    return found


def _agree(one: object, other: object) -> bool:
    return _fields(one) == _fields(other)


def _fields(text: object) -> set[tuple[str, str | None]]:
    return {
        (name, form) for _text, name, form, _how in string.Formatter().parse(str(text)) if name is not None
    }


def unspoken(path: Path) -> Iterator[str]:
    """Find messages that no catalogue can hold, and failures whose words were not asked of it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    within = {id(node) for text in nodes if isinstance(text, ast.JoinedStr) for node in ast.walk(text)}
    for call in (node for node in nodes if isinstance(node, ast.Call) and node.args):
        first, name = call.args[0], getattr(call.func, "id", "")
        if name in MARKERS and isinstance(first, ast.JoinedStr):
            yield f"{path}:{call.lineno}: {name}() takes plain text, no f-string"
        elif name in MARKERS and id(call) in within:
            yield f"{path}:{call.lineno}: {name}() within an f-string is not found"
        if name in ("WrongUsage", "Refused") and (
            isinstance(first, ast.JoinedStr) or isinstance(getattr(first, "value", None), str)
        ):
            yield f"{path}:{call.lineno}: the words of {name} want _()"


def main() -> int:
    """Write the catalogue, or with --check say what is amiss."""
    if "--check" not in sys.argv:
        PO.write_bytes(po_bytes(merged()))
        with MO.open("wb") as file:
            write_mo(file, translated())
    amiss = faults()
    sys.stdout.write("\n".join(amiss) + ("\n" if amiss else f"{PO}: complete\n"))
    return int(bool(amiss))


if __name__ == "__main__":
    sys.exit(main())
