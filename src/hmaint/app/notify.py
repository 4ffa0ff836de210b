"""Tells people of what changed, through the channels of the inventory; whatever happens, the job goes on.

What was told, and what could not be delivered, is kept as entries of a matter per site and topic: two programs on
one team's records tell a thing once, and `hmaint doctor` shows what never arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

from filelock import FileLock, Timeout

from hmaint.app.channels import Letter, deliver
from hmaint.app.entry import draft
from hmaint.app.world import World
from hmaint.duty.notices import due
from hmaint.errors import CouldNotLook, Failure
from hmaint.kit.i18n import for_a_record
from hmaint.kit.text import harmless, one_line
from hmaint.model.channel import Channel, Notify
from hmaint.model.entry import Entry
from hmaint.model.notice import Delivery, Notice

KIND = "notice"
_ANOTHER = 60.0
"""Seconds to wait for another process that tells the same; it takes no longer than its slowest channel."""
_MOST = 16


def notify(world: World, site: str, notice: Notice) -> tuple[Delivery, ...]:
    """Tell a notice of a site (`""` for what concerns none) where its state is another than the one told last.

    Takes no longer than the slowest channel may, raises nothing, and breaks no job: what could not be delivered
    is kept on record, shown by `hmaint doctor` and tried again with the next call. Answers what was tried now,
    which is nothing where nothing changed.
    """
    try:
        with for_a_record():
            return _notify(world, site, notice)
    except Exception as failure:  # noqa: BLE001 - the job must go on whatever happens to its telling
        return (Delivery("-", _why(world, failure)),)


def try_channels(world: World, site: str, notice: Notice) -> tuple[Delivery, ...]:
    """Send a notice through every channel of a site, told or not, and keep nothing: to see whether they work."""
    with for_a_record():
        letter = _letter(world, site, notice, "test")
        return tuple(_sent(world, list(notified(world, site).channels), letter))


def notified(world: World, site: str) -> Notify:
    """Who is told of a site; of a site that the inventory does not have, whoever is told of all."""
    known = world.inventory.sites.get(site)
    return world.inventory.notify if known is None else known.notify


def matter_of(site: str, topic: str) -> str:
    """The number under which the telling of one topic of one site is kept."""
    return "Z-" + sha256(f"{site}\n{topic}".encode()).hexdigest()[:20]


def _notify(world: World, site: str, notice: Notice) -> tuple[Delivery, ...]:
    whom = notified(world, site)
    if not whom.channels:
        return ()
    matter = matter_of(site, notice.topic)
    world.workspace.locks.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A few locks for all topics: one a topic would leave a file behind for every incident there ever was.
    lock = FileLock(world.workspace.locks / f"notice-{matter[2]}.lock", mode=0o600)
    with suppress(Timeout, OSError):
        lock.acquire(timeout=_ANOTHER)
    try:
        return _told(world, site, notice, whom, matter)
    finally:
        lock.release()


def _told(world: World, site: str, notice: Notice, whom: Notify, matter: str) -> tuple[Delivery, ...]:
    known, now = _known(world, matter), world.clock.now()
    states = {each.name: due(known, each, notice, now, whom.repeat) for each in whom.channels}
    deliveries: list[Delivery] = []
    for state in ("new", "again", "over"):
        channels = [each for each in whom.channels if states[each.name] == state]
        deliveries += _sent(world, channels, _letter(world, site, notice, state))
    _keep(world, site, notice, matter, deliveries)
    return tuple(deliveries)


def _known(world: World, matter: str) -> tuple[Entry, ...]:
    """What was told before; where the records cannot be read it is told again: twice is better than never."""
    try:
        return world.records.entries.listed(kinds=[KIND], matters=[matter])
    except (Failure, OSError):
        return ()


def _letter(world: World, site: str, notice: Notice, state: str) -> Letter:
    known = world.inventory.sites.get(site)
    mask = world.redactor.redact
    return Letter(
        site=site,
        site_title=known.title if known else world.inventory.hospital.name,
        topic=notice.topic,
        state=state,
        level=notice.level,
        title=mask(one_line(notice.title, 150)),
        text=mask(harmless(notice.text)),
        at=world.clock.now(),
    )


def _sent(world: World, channels: list[Channel], letter: Letter) -> Iterable[Delivery]:
    """Send through all channels at once, so that one that hangs keeps nobody else waiting."""
    if not channels:
        return []
    for secret in (secret for channel in channels for secret in channel.secrets()):
        with suppress(Failure):
            world.secret_of(secret)  # a passphrase is asked for here, where somebody can be asked
    with ThreadPoolExecutor(min(_MOST, len(channels))) as pool:
        return list(pool.map(lambda channel: _one(world, channel, letter), channels))


def _one(world: World, channel: Channel, letter: Letter) -> Delivery:
    try:
        with for_a_record():
            deliver(channel, letter, world.secret_of)
    except Exception as failure:  # noqa: BLE001 - one channel's trouble is that channel's
        return Delivery(channel.name, _why(world, failure))
    return Delivery(channel.name)


def _why(world: World, failure: Exception) -> str:
    words = failure.reason if isinstance(failure, CouldNotLook) else f"{type(failure).__name__}: {failure}"
    try:
        return one_line(world.redactor.redact(words), 200)
    except Exception:  # noqa: BLE001 - where nothing can be masked nothing is said
        return type(failure).__name__


def _keep(world: World, site: str, notice: Notice, matter: str, deliveries: list[Delivery]) -> None:
    said = {"topic": notice.topic, "level": str(notice.level), "mark": notice.mark, "title": notice.title}
    entries = [
        draft(
            world,
            kind=KIND,
            event="failed" if each.failure else "told",
            site=site,
            matter=matter,
            body=said | {"channel": each.channel} | ({"failure": each.failure} if each.failure else {}),
        )
        for each in deliveries
    ]
    # What was told is told, whether or not it can be kept that it was.
    with suppress(Failure, OSError):
        if entries:
            world.records.entries.add(entries)
