"""A night's verification as cron runs it: site after site, each under its lock, vouched for and told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from hmaint.app.backup_lock import backup_lock
from hmaint.app.backup_verify import Hear, Request, verify
from hmaint.app.notify import notify
from hmaint.app.results import Concluded, conclude
from hmaint.app.results_check import chain_faults
from hmaint.app.world import World
from hmaint.errors import Refused
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level

WHAT = "backup-verify"
CHAIN_TOPIC = "results-chain"


@dataclass
class Night:
    """What came of it: a conclusion for each site that was verified, and who was at those that were not."""

    done: list[Concluded] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    chain: list[str] = field(default_factory=list)
    """What is wrong with the chain of results itself."""

    @property
    def levels(self) -> list[Level]:
        """The level of each site; one whose backups somebody else was at could not be examined."""
        chain = [Level.CRITICAL] if self.chain else []
        return [*(each.run.level for each in self.done), *(Level.UNKNOWN for _ in self.refused), *chain]

    def remarks(self) -> Iterator[str]:
        """What is to be said beside the results, a line each."""
        yield from self.chain
        yield from (f"{site}: {words}" for site, words in self.refused.items())
        yield from (words for each in self.done for words in each.remarks)


Watching = Callable[[], AbstractContextManager[Hear]]


def verify_night(
    world: World,
    requests: Iterable[Request],
    watching: Watching,
    wait: float = 0.0,
    waiting: Callable[[str], None] = lambda _words: None,
) -> Night:
    """Verify sites one after another; one that somebody is at already does not keep the others from being verified.

    `wait` is how many seconds to wait for it; `waiting` hears for whom. Raises Refused where all sites were taken.
    """
    night = Night(chain=chain_faults(world))
    _tell_chain(world, night.chain)
    for request in requests:
        try:
            with _locked(world, request.site, wait, waiting), watching() as hear:
                night.done.append(conclude(world, verify(world, request, hear)))
        except Refused as refused:
            night.refused[request.site] = str(refused)
    if not night.done and night.refused:
        raise Refused("; ".join(f"{site}: {words}" for site, words in night.refused.items()))
    return night


@contextmanager
def _locked(world: World, site: str, wait: float, waiting: Callable[[str], None]) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(backup_lock(world, site, WHAT))
        except Refused as refused:
            if not wait:
                raise
            waiting(f"{site}: {refused}")
            stack.enter_context(backup_lock(world, site, WHAT, wait))
        yield


def _tell_chain(world: World, faults: list[str]) -> None:
    level = Level.CRITICAL if faults else Level.OK
    title = "核验结果链被改动" if faults else "核验结果链完整"
    notify(world, "", Notice(CHAIN_TOPIC, title, "\n".join(faults), level, "\n".join(faults)))
