"""What was measured, and what follows from it: medians, ratios, limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one tool over one fleet; `problem` is empty when every host's answers came."""

    tool: str
    hosts: int
    problem: str = ""
    wall: float = 0.0
    cpu: float = 0.0
    peak_kb: int = 0
    forks: int | None = None
    wire_bytes: int = 0
    target_cpu: float = 0.0
    memory: bool = False
    """A run in which the memory of all processes was looked at, and in which nothing else is measured."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The medians of one tool at one number of hosts; `problem` when any of its runs failed."""

    tool: str
    hosts: int
    runs: int
    problem: str = ""
    wall: float = 0.0
    cpu_ms_per_host: float = 0.0
    peak_mb: float = 0.0
    forks_per_host: float | None = None
    wire_kb_per_host: float = 0.0
    target_cpu_ms_per_host: float = 0.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A promise of the first release with what was measured; `met` is None when it could not be measured."""

    text: str
    measured: str
    met: bool | None


def summarise(samples: Sequence[Sample]) -> Figure:
    """The medians of one tool's runs at one number of hosts. A tool that failed once has no figures.

    Its memory is the most that was seen in any run.
    """
    first = samples[0]
    timed = [sample for sample in samples if not sample.memory]
    bare = Figure(first.tool, first.hosts, len(timed))
    problems = [sample.problem for sample in samples if sample.problem]
    if problems:
        return replace(bare, problem=f"{len(problems)} of {len(samples)} runs failed: {problems[0]}")
    forks = [sample.forks for sample in timed if sample.forks is not None]
    return replace(
        bare,
        wall=median(sample.wall for sample in timed),
        cpu_ms_per_host=median(sample.cpu for sample in timed) * 1000 / first.hosts,
        peak_mb=max(sample.peak_kb for sample in samples) / 1024,
        forks_per_host=median(forks) / first.hosts if forks else None,
        wire_kb_per_host=median(sample.wire_bytes for sample in timed) / 1024 / first.hosts,
        target_cpu_ms_per_host=median(sample.target_cpu for sample in timed) * 1000 / first.hosts,
    )


def ratio(figure: Figure, own: Figure | None) -> float | None:
    """How many times the wall time of hmaint a peer took; None when one of the two has no figures."""
    if own is None or own.problem or figure.problem or own.wall <= 0:
        return None
    return figure.wall / own.wall


def find(figures: Sequence[Figure], tool: str, hosts: int) -> Figure | None:
    """The figure of a tool at a number of hosts, if it was measured at all."""
    return next((figure for figure in figures if (figure.tool, figure.hosts) == (tool, hosts)), None)


AT = 50
"""The number of hosts at which the first release sets its limits."""
WALL_LIMITS = (
    ("ansible", "Ansible's ten tasks", 25.0),
    ("pyinfra", "pyinfra", 2.0),
    ("xargs", "xargs ssh", 1.0),
)
FORKS_LIMIT = 12
MEMORY_LIMIT_MB = 80
STARTUP_LIMIT = 2.0
REPORT, RECORD = "500 rows with three charts", "10 000 rows"
PAPER_LIMITS = {REPORT: 2.0, RECORD: 5.0}
"""Seconds from data to Word file."""


def limits(figures: Sequence[Figure], startup: dict[str, float]) -> list[Limit]:
    """Every limit of the first release, with what was measured."""
    own = find(figures, "hmaint", AT)
    held = [_wall_limit(figures, own, *wanted) for wanted in WALL_LIMITS]
    seen = own if own is not None and not own.problem else None
    forks = seen.forks_per_host if seen else None
    memory = seen.peak_mb if seen else None
    held.append(_at_most(f"{AT} hosts: at most {FORKS_LIMIT} forks per host", forks, FORKS_LIMIT))
    held.append(_below(f"{AT} hosts: client memory under {MEMORY_LIMIT_MB} MB", memory, MEMORY_LIMIT_MB))
    floor = startup.get("import typer")
    for name, seconds in startup.items():
        if floor and name != "import typer":
            text = f"hmaint {name}: under {STARTUP_LIMIT:g} × python -c 'import typer'"
            held.append(_below(text, seconds / floor, STARTUP_LIMIT))
    return held


def paper_limits(paper: Mapping[str, float]) -> list[Limit]:
    """The limits of the forms, with what was measured."""
    return [
        _below(f"a form of {what}: filled in under {limit:g} s", paper.get(what), limit)
        for what, limit in PAPER_LIMITS.items()
    ]


def _wall_limit(figures: Sequence[Figure], own: Figure | None, tool: str, title: str, times: float) -> Limit:
    text = f"{AT} hosts: wall time {f'at least {times:g} × ' if times > 1 else ''}below {title}"
    peer = find(figures, tool, AT)
    measured = ratio(peer, own) if peer else None
    if measured is None:
        return Limit(text, "not measured", None)
    # "below" without a figure means any difference at all; a tie does not meet it.
    return Limit(text, f"{measured:.1f} ×", measured >= times if times > 1 else measured > 1)


def _at_most(text: str, measured: float | None, limit: float) -> Limit:
    if measured is None:
        return Limit(text, "not measured", None)
    return Limit(text, f"{measured:.1f}", measured <= limit)


def _below(text: str, measured: float | None, limit: float) -> Limit:
    if measured is None:
        return Limit(text, "not measured", None)
    return Limit(text, f"{measured:.2f}", measured < limit)
