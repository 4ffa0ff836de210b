"""What a holder told of one copy, as facts: single words, tables, and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hmaint.kit.text import harmless
from hmaint.model.look import Reply, Seen


@dataclass(frozen=True, slots=True)
class File:
    """A file that fits the pattern; bytes, and seconds since 1970 by the holder's clock."""

    name: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class TableSeen:
    """A table of a dump: the rows its statements hold, and whether its definition is there."""

    name: str
    rows: int
    defined: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One copy as its holder told it; what was not told is not in `told`."""

    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: Seen = Seen.OBSERVED
    reason: str = ""
    elapsed_ms: int = 0

    def word(self, name: str) -> str:
        """The last that was told under a name; empty when nothing was."""
        said = self.told.get(name)
        return said[-1] if said else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Everything that was told under a name."""
        return self.told.get(name, ())

    def number(self, name: str) -> int | None:
        """A whole number, or None where none was told."""
        return whole(self.word(name))

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(_files(self.all("file")))

    @property
    def tables(self) -> tuple[TableSeen, ...]:
        return tuple(_tables(self.all("table")))

    @property
    def objects(self) -> Mapping[str, int]:
        """How many objects of each kind the dump makes; empty where nothing was counted."""
        pairs = (pair.partition("=") for pair in self.word("objects").split())
        return {name: int(figure) for name, _, figure in pairs if figure.isdigit()}

    def numbered(self, name: str) -> Mapping[int, str]:
        """What was told under a name by number: `word 3 17` is {3: "17"}."""
        pairs = (said.partition("\t") for said in self.all(name))
        return {int(number): value for number, _, value in pairs if number.isdigit()}


def whole(text: str) -> int | None:
    """The whole number a text is, or None."""
    return int(text) if text.isdigit() and text.isascii() else None


def read_facts(reply: Reply, encoding: str) -> Facts:
    """Read what a holder told; lines that are none are passed over, what was cut off leaves its reason."""
    told: dict[str, list[str]] = {}
    for line in reply.out.split(b"\n"):
        name, tab, value = line.partition(b"\t")
        if tab and name.replace(b"_", b"").isalnum():
            text = "\t".join(harmless(_decoded(part, encoding)) for part in value.split(b"\t"))
            told.setdefault(name.decode("ascii", "replace"), []).append(text)
    reason = reply.reason
    if reply.seen is Seen.OBSERVED and not told.get("host_now"):
        return Facts({}, Seen.GARBLED, reason or "备份所在主机没有返回可识别的内容", reply.elapsed_ms)
    return Facts({name: tuple(v) for name, v in told.items()}, reply.seen, reason, reply.elapsed_ms)


def _decoded(raw: bytes, encoding: str) -> str:
    for letters in dict.fromkeys(("utf-8", encoding, "gb18030")):
        try:
            return raw.decode(letters)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def _files(lines: tuple[str, ...]) -> Iterator[File]:
    for line in lines:
        size, _, rest = line.partition("\t")
        changed, _, name = rest.partition("\t")
        if size.isdigit() and changed.isdigit():
            yield File(name, int(size), int(changed))


def _tables(lines: tuple[str, ...]) -> Iterator[TableSeen]:
    for line in lines:
        database, _, rest = line.partition("\t")
        parts = rest.split("\t")
        if len(parts) == 3 and parts[1].isdigit():  # noqa: PLR2004 - name, rows, defined
            name = f"{database}.{parts[0]}" if database else parts[0]
            yield TableSeen(name, int(parts[1]), parts[2] != "0")
