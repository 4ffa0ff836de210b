"""How a copy is found on its host, unpacked, and loaded into a throwaway server: the scripts, and what they answer."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from hmaint.drill import mysql, postgresql
from hmaint.drill.guard import GUARD

UNPACK = {
    "gzip": "gzip -dc", "xz": "xz -dc", "zstd": "zstd -dcq", "bzip2": "bzip2 -dc", "none": "cat",
}  # fmt: skip
"""How each container is read from stdin."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy that is drilled: where it lies, its size in bytes, its time (epoch seconds), what it is packed in."""

    path: str
    size: int
    time: float
    container: str
    inner: str


def find_copy(word: str) -> str:
    """Give the script that names the newest file of a pattern, with its first bytes, as they are and unpacked.

    `word` is the pattern as a word of sh, of which only the globs may expand.
    """
    return f"""
best= when=0
for f in {word}; do
  [ -f "$f" ] || continue
  t=$(stat -L -c %Y -- "$f") || continue
  if [ "$t" -ge "$when" ]; then when=$t best=$f; fi
done
[ -n "$best" ] || {{ echo none; exit 0; }}
[ -r "$best" ] || {{ echo "unreadable $best"; exit 0; }}
real=$(readlink -f -- "$best") || real=$best
first=$(head -c 8 -- "$real" | od -An -v -tx1 | tr -d ' \\n')
case $first in
  1f8b*) how=gzip; unpack='gzip -dc' ;;
  fd377a585a00*) how=xz; unpack='xz -dc' ;;
  28b52ffd*) how=zstd; unpack='zstd -dcq' ;;
  425a68*) how=bzip2; unpack='bzip2 -dc' ;;
  504b0304*) how=zip; unpack=: ;;
  *) how=none; unpack=cat ;;
esac
inner=$($unpack <"$real" 2>/dev/null | head -c 512 | od -An -v -tx1 | tr -d ' \\n')
printf 'size %s\\ntime %s\\nnow %s\\nhow %s\\ninner %s\\nname %s\\n' "$(stat -L -c %s -- "$real")" "$when" \\
  "$(date +%s)" "$how" "$inner" "$real"
"""


def read_copy(text: str) -> Copied | str:
    """Read what the script answered: the copy, or in Chinese why there is none that could be drilled."""
    said = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
    if text.startswith("none"):
        return "没有找到符合路径的备份文件"
    if "unreadable" in said:
        return f"没有权限读取备份文件 {said['unreadable']}"
    if not said.get("size", "").isdigit() or "name" not in said:
        return "存放备份的主机没有给出完整的文件信息"
    inner = _inner(bytes.fromhex(said.get("inner", "")))
    return Copied(said["name"], int(said["size"]), float(said["time"]), said["how"], inner)


def _inner(first: bytes) -> str:
    if first.startswith(b"PGDMP"):
        return "pg_archive"
    if first.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if first[257:262] == b"ustar":
        return "tar"
    if b"xtrabackup" in first or first.startswith(b"XBSTCK01"):
        return "xtrabackup"
    return "text" if first and b"\0" not in first else "unknown" if first else "empty"


def load_script(engine: str, copied: Copied, folder: str, database: str, *, direct: bool) -> str:
    """Give the script that loads the copy: from its file where that lies on the drill host, else from stdin.

    It tells how each stage ended as lines `STAGE STATUS` on stdout; what the programs say goes to stderr.
    """
    stage = mysql.LOAD
    if engine == "postgresql":
        stage = postgresql.LOAD_ARCHIVE if copied.inner == "pg_archive" else postgresql.LOAD_TEXT
    file = shlex.quote(copied.path)
    begin = f'exec <{file}\n( sum=$(sha256sum <{file}); echo "sum ${{sum%% *}}" >&3 ) &\n' if direct else ""
    return f"""
LC_ALL=C; export LC_ALL
PATH="${{PATH:+$PATH:}}/usr/local/bin:/usr/bin:/bin"; export PATH
echo $$ >{shlex.quote(folder)}/loader
d={shlex.quote(folder)} database={shlex.quote(database)}
guard={shlex.quote(GUARD)}
exec 3>&1
{begin}{{ {UNPACK[copied.container]}; echo "unpack $?" >&3; }} | {{
{stage}
echo "load $?" >&3; }} >&2
wait
echo "over 0" >&3
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How the stages of a load ended (None: not told), what was said, and the hash of the copy as it was read."""

    unpack: int | None
    guard: int | None
    load: int | None
    said: str
    digest: str
    bytes_read: int
    over: bool


def read_load(out: str, err: str, digest: str, size: int) -> Loaded:
    """Read what the script answered; `digest` and `size` are of what went over the laptop, if it did."""
    said = dict(line.split(" ", 1) for line in out.splitlines() if " " in line)

    def code(stage: str) -> int | None:
        return int(said[stage]) if said.get(stage, "").isdigit() else None

    return Loaded(
        code("unpack"), code("guard"), code("load"), err, digest or said.get("sum", ""), size, "over" in said
    )
