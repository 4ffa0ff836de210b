"""Keep the Chinese message catalogue complete: extract, merge, compile; `--check` only tells what is amiss."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path("src/hmaint")
PO = SOURCE / "locale/zh_CN/LC_MESSAGES/hmaint.po"
# Words of Typer's own copy of Click, which asks gettext for them under our domain.
FOREIGN = (
    "Usage:", "Options", "Arguments", "Commands", "Show this message and exit.", "Missing command.",
    "No such command {name!r}.", "No such option: {name}", "Missing option", "Missing argument", "required",
    "[OPTIONS]", "default: {default}", "(env var: {var})", "Aborted!", "Error: {message}",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
)  # fmt: skip


def template() -> Catalog:
    """Every message id in the source, and the foreign ones."""
    catalogue = Catalog(project="hmaint", charset="utf-8")
    found = extract_from_dir(str(SOURCE), [("**.py", "python")], keywords={"_": None})
    for file, line, message, *_rest in sorted(found):
        catalogue.add(message, locations=[(str(SOURCE / file), line)])
    for message in FOREIGN:
        catalogue.add(message, auto_comments=["Typer"])
    return catalogue


def merged() -> Catalog:
    """The catalogue as it should be: known translations kept, new ids empty, dead ones dropped."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", domain="hmaint")
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text, without line numbers, so that moving code changes nothing."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, no_location=True, sort_output=True)
    lines = out.getvalue().decode().splitlines()
    kept = [
        line
        for line in lines
        if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))
    ]
    return ("\n".join(kept).rstrip() + "\n").encode()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def faults() -> list[str]:
    """What is amiss with the catalogue in the tree."""
    catalogue = merged()
    found = [f"no translation: {m.id!r}" for m in catalogue if m.id and not m.string]
    found += [
        f"placeholders differ: {m.id!r}"
        for m in catalogue
        if m.id and m.string and _braces(m.id) != _braces(str(m.string))
    ]
    if PO.read_bytes() != po_bytes(catalogue):
        found.append(f"{PO} is not up to date")
    # The header carries dates of the machine that compiled it; the messages are what must agree.
    if not PO.with_suffix(".mo").exists() or PO.with_suffix(".mo").read_bytes() != mo_bytes(
        read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN")
    ):
        found.append(f"{PO.with_suffix('.mo')} is not compiled from it")
    return found


def _braces(text: object) -> set[str]:
    import string

    return {name for _t, name, _s, _c in string.Formatter().parse(str(text)) if name is not None}


def main() -> int:
    """Write the catalogue, or with --check say what is amiss."""
    if "--check" not in sys.argv:
        PO.write_bytes(po_bytes(merged()))
        PO.with_suffix(".mo").write_bytes(mo_bytes(read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN")))
    amiss = faults()
    sys.stdout.write("\n".join(amiss) + ("\n" if amiss else f"{PO}: complete\n"))
    return int(bool(amiss))


if __name__ == "__main__":
    sys.exit(main())
