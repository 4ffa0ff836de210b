"""What somebody should hear without having looked, and how telling it went."""

from __future__ import annotations

from hmaint.kit.frozen import dataclass
from hmaint.model.playbook import Level


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing worth telling. It is told when its state is another than the one told last of its topic.

    Its words are masked before they leave; they are Chinese, as hospital staff read them.
    """

    topic: str
    """What it is about, such as `backup-verify`: the same words each time. Topics of two sites are two."""
    title: str
    """One line, without the site's name."""
    text: str
    level: Level
    """OK says that what was told before is over; only who heard of the trouble hears of its end."""
    mark: str = ""
    """What makes the state another besides the level: which backups are bad, say. Not shown to anybody."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How telling one channel went; `failure` says in Chinese why it did not, without any key or password."""

    channel: str
    failure: str = ""
