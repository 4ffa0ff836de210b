"""`table`: columns separated by blanks, named by the playbook."""

from __future__ import annotations

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, figure, whole


def parse(text: str, options: Options) -> Rows:
    """One row per line after `skip` head lines (default 0); the last of `columns` takes the rest of the line.

    `sep` is what stands between two columns (default: blanks). Numbers become numbers. ValueError where a
    line has fewer columns than were named.
    """
    columns = options.get("columns")
    if not isinstance(columns, (list, tuple)) or not columns:
        raise ValueError("table 需要 columns")
    skip, sep = options.get("skip", 0), options.get("sep")
    lines = [line for line in text.splitlines() if line.strip()]
    names = [str(name) for name in columns]
    rows: Rows = []
    for line in lines[skip if isinstance(skip, int) else 0 :]:
        words = line.split(sep if isinstance(sep, str) else None, len(names) - 1)
        if len(words) < len(names):
            raise ValueError(f"列数不足 {len(names)}：{line[:60]!r}")
        rows.append(dict(zip(names, map(_scalar, words), strict=True)))
    return rows


def _scalar(word: str) -> Scalar:
    for read in (whole, figure):
        try:
            return read(word.strip())
        except ValueError:
            continue
    return word.strip()
