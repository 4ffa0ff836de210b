"""What could be tuned in a database: what speaks for it, what it brings and costs, the exact statement and its undo."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Row
from hmaint.model.playbook import Level


class Grade(IntEnum):
    """How much of something: a gain, a cost, a risk. Only for ordering and for people to compare."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Chapter(StrEnum):
    """Which part of a database an item is about; reports are divided by it."""

    CONFIGURATION = "configuration"
    INDEX = "index"
    TABLE = "table"
    STATEMENT = "statement"
    CONCURRENCY = "concurrency"
    STORAGE = "storage"
    JOB = "job"


class Verb(StrEnum):
    """What an item does to a thing, or needs of it, so that items can be held against each other."""

    ADD = "add"
    """The object is a table; `columns` are those of the index that is added."""
    DROP = "drop"
    KEEP = "keep"
    """The item only holds while the object stays: nothing else may drop it."""
    REBUILD = "rebuild"
    """Writes the table anew, and so includes any lesser rebuild of it."""
    ANALYZE = "analyze"
    SET = "set"
    REWRITE = "rewrite"
    """The application's statement of that digest is to be changed: what is said of one digest is said once."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing an item does or needs: `drop` of `his.bed.ix_ward`, `set` of `innodb_buffer_pool_size`."""

    verb: Verb
    object: str
    columns: tuple[str, ...] = ()
    weight: int = 0
    """Of two rebuilds of one table the weightier (an engine changed, a key added) includes the other."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a statement locks, and for how long at the size seen; `seconds` None: not to be foretold."""

    kind: str
    """In Chinese: 元数据锁, 写入被阻塞, 无."""
    seconds: float | None = None
    why: str = ""
    """How the seconds were reckoned."""

    def words(self) -> str:
        """As reports and `fix.lock` of the JSON have it."""
        lasting = "时长无法预计" if self.seconds is None else f"约 {self.seconds:g} 秒"
        told = self.kind if self.seconds == 0 else f"{self.kind}，{lasting}"
        return f"{told}（{self.why}）" if self.why else told


class Act(StrEnum):
    """What kind of act a fix is: how it is applied, probed after a crash and measured."""

    CREATE_INDEX = "create_index"
    HIDE_INDEX = "hide_index"
    """Made invisible to the optimiser, still kept up to date: taken back in an instant."""
    DROP_INDEX = "drop_index"
    REINDEX = "reindex"
    ANALYZE = "analyze"
    REBUILD = "rebuild"
    VACUUM = "vacuum"
    ALTER = "alter"
    """Changes a table or a column itself: never among what is safe."""
    SET = "set"
    """A dynamic parameter; `undo` holds the value that was seen."""
    MANUAL = "manual"
    """The statement is for a person to run: a restart, a file, an application that has to be changed with it."""


@dataclass(frozen=True, slots=True)
class Fix:
    """How an item is put right, and how that is undone; both are whole statements in order, without `;`."""

    act: Act
    statements: tuple[str, ...]
    undo: tuple[str, ...]
    """Empty: cannot be undone by a statement (and need not be, for statistics)."""
    lock: Lock
    online: bool = False
    """Readers and writers of the object go on meanwhile."""
    safe: bool = False
    """May be applied by `--apply-safe`: online, undone by statements or nothing to undo, no data or meaning changed."""
    schema: str = ""
    object: str = ""
    """The table, the index or the parameter, unquoted, without its schema."""
    table: str = ""
    """The table of an index, unquoted."""
    columns: tuple[str, ...] = ()
    bytes: int | None = None
    """Room it needs meanwhile and afterwards; None: not known. 0: none."""
    lasting: str = ""
    """The line of the server's configuration file that makes a dynamic parameter outlive a restart."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """What an item is ordered by."""

    gain: Grade
    cost: Grade
    risk: Grade

    @property
    def score(self) -> float:
        """Gain over risk: an item without risk is worth twice one of a low risk; cost only weighs half as much."""
        return (self.gain * 2 + 1) / (1 + self.risk + self.cost / 2)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that could be tuned."""

    id: str
    """Stable from run to run as long as the same statements are proposed for the same thing: `T-3f9a0c12`."""
    rule: str
    target: str
    chapter: Chapter
    level: Level
    """WARNING, or CRITICAL for what stops the application by itself; OK: worth knowing, nothing is wrong."""
    object: str
    title: str
    summary: str
    gain: str
    cost: str
    risk: str
    ranks: Ranks
    evidence: tuple[Row, ...] = ()
    """Figures, plans and digests with literals masked; each row with the same columns as its neighbours of one rule."""
    fix: Fix | None = None
    """None: no statement puts it right; `advice` says what does."""
    advice: str = ""
    checked: str = ""
    """What was done to see that the advice helps, or that it was not checked and why."""
    claims: tuple[Claim, ...] = ()
    digests: tuple[str, ...] = ()
    """The statements (by the server's own digest) it is expected to help: compared before and after."""
    also: tuple[str, ...] = ()
    """The other rules that came to the same and were merged into this."""
    notes: tuple[str, ...] = ()
    """What was merged or set aside, in sentences."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How one rule came out on one database: what it advised, or why it could not be judged."""

    rule: str
    title: str
    chapter: Chapter
    advice: tuple[Advice, ...] = ()
    unexamined: str = ""
    """Why it could not be judged, or only in part; empty: it was. Never taken for nothing found."""
    skipped: str = ""
    """Why it does not apply to this version or this server."""


@dataclass(frozen=True, slots=True)
class Advised:
    """All that was found in one database: merged advice, best first, and every rule's outcome."""

    target: str
    advice: tuple[Advice, ...]
    judged: tuple[Judged, ...]
    cautions: tuple[str, ...] = ()
    """What limits all of it: counters that are young, a workload that is small."""
    remembered: Mapping[str, tuple[Row, ...]] | None = None
    """What the next run compares with; kept with the run, masked like everything else."""
