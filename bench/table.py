"""The bench on paper: one table of medians, one of limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.figures import Figure, Limit, find, ratio

HEAD = (
    "tool",
    "wall s",
    "CPU ms/host",
    "memory MB",
    "target CPU ms/host",
    "forks/host",
    "kB/host",
    "wall ÷ hmaint",
)


def render(figures: Sequence[Figure], titles: Mapping[str, str]) -> str:
    """Every number of hosts with every tool, in the order measured; a failed tool is named as failed."""
    parts = []
    for hosts in dict.fromkeys(figure.hosts for figure in figures):
        own = find(figures, "hmaint", hosts)
        here = [figure for figure in figures if figure.hosts == hosts]
        rows = [_row(titles[figure.tool], figure, ratio(figure, own)) for figure in here]
        title = f"{hosts} host{'s' if hosts > 1 else ''}, medians of {here[0].runs} interleaved runs"
        parts.append(f"{title}\n{_grid([HEAD, *rows])}")
    return "\n\n".join(parts)


def _row(title: str, figure: Figure, times: float | None) -> tuple[str, ...]:
    if figure.problem:
        return (title, f"FAILED: {figure.problem}")
    forks = figure.forks_per_host
    return (
        title,
        f"{figure.wall:.2f}",
        f"{figure.cpu_ms_per_host:.0f}",
        f"{figure.peak_mb:.0f}",
        f"{figure.target_cpu_ms_per_host:.0f}",
        "-" if forks is None else f"{forks:.1f}",
        f"{figure.wire_kb_per_host:.0f}",
        "-" if times is None else f"{times:.1f} ×",
    )


def _grid(rows: Sequence[tuple[str, ...]]) -> str:
    whole = [row for row in rows if len(row) == len(HEAD)]
    widths = [max(len(row[column]) for row in whole) for column in range(len(HEAD))]
    widths[0] = max(len(row[0]) for row in rows)
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    if len(row) != len(HEAD):
        return f"  {row[0]:<{widths[0]}}  {row[1]}"
    numbers = "  ".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
    return f"  {row[0]:<{widths[0]}}  {numbers}"


def render_startup(startup: Mapping[str, float]) -> str:
    """The start-up times, in milliseconds."""
    words = [f"{name} {seconds * 1000:.0f} ms" for name, seconds in startup.items()]
    return f"start-up, medians: {' · '.join(words)}"


def render_paper(paper: Mapping[str, float]) -> str:
    """The times to fill a form, in seconds."""
    words = [f"{what} {seconds:.2f} s" for what, seconds in paper.items()]
    return f"forms filled, medians: {' · '.join(words)}"


def render_limits(held: Sequence[Limit]) -> str:
    """Each limit of the first release: what was measured, met or not."""
    said = {True: "met", False: "NOT MET", None: "not measured"}
    width = max(len(limit.text) for limit in held)
    lines = [f"  {limit.text:<{width}}  {limit.measured:>12}  {said[limit.met]}" for limit in held]
    return "\n".join(["limits of the first release", *lines])
