"""Whether what should be told arrives: the doctor's question about notices, and a notice on trial."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

from hmaint.app.doctor_answer import Answer
from hmaint.app.notify import KIND, notified, try_channels
from hmaint.app.world import World, login_name
from hmaint.errors import Failure
from hmaint.kit.clock import SystemClock
from hmaint.kit.i18n import _
from hmaint.load.workspace import Workspace
from hmaint.model.entry import Entry
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level

_BACK = timedelta(days=31)


def ask_notices(workspace: Workspace) -> list[Answer]:
    """One answer for all channels that work as far as is known, and one for each whose last notice did not arrive."""
    world = _world(workspace)
    try:
        channels = _channels(world)
        failed = _failed(world, channels)
    except Failure:
        return []  # the answers about inventory and records say it
    if not channels:
        said, advice = _("nobody is told"), _("write notify: into the inventory; see docs/how-to/nightly.md")
        return [Answer(Level.SKIPPED, _("notices"), said, advice)]
    bad = [_answer(entry) for entry in failed]
    if bad:
        return bad
    words = _("{n} channels: {names}; hmaint doctor --send-test tries them")
    return [Answer(Level.OK, _("notices"), words.format(n=len(channels), names=", ".join(channels)))]


def send_test(world: World, site: str) -> list[Answer]:
    """Send a notice on trial through every channel of a site, or through all those at the top for `""`."""
    if not notified(world, site).channels:
        return [
            Answer(Level.UNKNOWN, _("notices"), _("nobody is told"), _("write notify: into the inventory"))
        ]
    words = Notice("test", "测试消息", "如收到本消息，说明该渠道可用。", Level.OK)
    answers = []
    for delivery in try_channels(world, site, words):
        what = _("channel {name}").format(name=delivery.channel)
        level = Level.CRITICAL if delivery.failure else Level.OK
        answers.append(Answer(level, what, delivery.failure or _("sent; see whether it arrived")))
    return answers


def _world(workspace: Workspace) -> World:
    return World(workspace, SystemClock(), os.environ, login_name(), login_name())


def _channels(world: World) -> list[str]:
    inventory = world.inventory
    every = [inventory.notify, *(site.notify for site in inventory.sites.values())]
    return list(dict.fromkeys(channel.name for notify in every for channel in notify.channels))


def _failed(world: World, channels: list[str]) -> Iterator[Entry]:
    """The last entry of each channel, where it is a failure: one that brought something since works again."""
    if not world.has_records:
        return iter(())
    since = world.clock.now() - _BACK
    last = {str(e.body.get("channel")): e for e in world.records.entries.listed(kinds=[KIND], since=since)}
    return (last[name] for name in channels if name in last and last[name].event == "failed")


def _answer(entry: Entry) -> Answer:
    what = _("channel {name}").format(name=entry.body.get("channel"))
    words = _("{at}: “{title}” not delivered: {reason}")
    said = words.format(
        at=f"{entry.at:%m-%d %H:%M}", title=entry.body.get("title"), reason=entry.body.get("failure")
    )
    return Answer(Level.WARNING, what, said, _("put it right, then hmaint doctor --send-test"))
