"""YAML events to plain values with their places, without recursion and within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from hmaint.errors import Fault, Place
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load.scalars import TEXT_TAG, plain, tagged

At = tuple[str | int, ...]
"""Where in a document: the keys and list positions on the way to a value."""

MAX_DEPTH = 50
MAX_NODES = 200_000
_NOWHERE = ""
"""Stands in a path for a key that was refused; no sound key is empty."""
_COLLECTION_TAGS = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(slots=True)
class _Open:
    """A mapping or list still being read; a pending key of None is wrong, and its value goes nowhere."""

    at: At
    value: dict[str | int, object] | list[object]
    key: str | int | None = None
    pending: bool = False
    seen: dict[str | int, Place] = field(default_factory=dict)

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and not self.pending

    def await_value(self, key: str | int | None) -> None:
        self.key, self.pending = key, True

    def put(self, value: object) -> At:
        if isinstance(self.value, list):
            self.value.append(value)
            return (*self.at, len(self.value) - 1)
        self.pending = False
        if self.key is None:
            return (*self.at, _NOWHERE)
        self.value[self.key] = value
        return (*self.at, self.key)


class TooMuch(Exception):
    """The document is deeper or larger than anything a person writes."""


@dataclass(slots=True)
class Composer:
    """Builds one value from parser events and gathers every fault on the way."""

    name: str
    value: object = None
    places: dict[At, Place] = field(default_factory=dict)
    keys: dict[At, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _anchors: dict[str, object] = field(default_factory=dict)
    _documents: int = 0
    _nodes: int = 0

    def take(self, events: Iterable[yaml.Event]) -> None:
        """Read events to the end; TooMuch, with its fault noted, where going on would cost too much."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise self._too_much(event, _("a file holds one document; remove the extra “---”"))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            words = _("too much content, at most {most} entries; split it into several files")
            raise self._too_much(event, words.format(most=MAX_NODES))
        if isinstance(event, yaml.AliasEvent):
            self._scalar(event, self._anchored(event))
        elif isinstance(event, yaml.ScalarEvent):
            value = self._value_of(event)
            if event.anchor is not None:
                if event.value == "":
                    self._fault(event, _("nothing follows the anchor; quote text that begins with &"))
                self._anchors[event.anchor] = value
            self._scalar(event, value)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._collection(event)

    def _anchored(self, event: yaml.AliasEvent) -> object:
        """The value an alias stands for. Only scalars have anchors, so a file cannot grow by them."""
        if event.anchor not in self._anchors:
            words = _("no such anchor (only texts and numbers may have one); quote text that begins with *")
            self._fault(event, words)
        return self._anchors.get(str(event.anchor))

    def _scalar(self, event: yaml.NodeEvent, value: object) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and top.wants_key:
            top.await_value(self._key(event, value, top))
        else:
            self._put(event, value)

    def _collection(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            words = _("nested too deeply, at most {most} levels")
            raise self._too_much(event, words.format(most=MAX_DEPTH))
        if event.anchor is not None:
            words = _("lists and mappings take no anchor, write them out; quote text that begins with &")
            self._fault(event, words)
        if event.tag not in _COLLECTION_TAGS:
            self._fault(event, _("a list or mapping takes no tag; quote text that begins with !"))
        value: dict[str | int, object] | list[object] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        top = self._open[-1] if self._open else None
        if top is not None and top.wants_key:
            self._fault(event, _("a key must be text, no list or mapping; quote text that holds {{ }}"))
            top.await_value(None)
            self._open.append(_Open((*top.at, _NOWHERE), value))
        else:
            self._open.append(_Open(self._put(event, value), value))

    def _put(self, event: yaml.NodeEvent, value: object) -> At:
        at: At = ()
        if self._open:
            at = self._open[-1].put(value)
        else:
            self.value = value
        self.places.setdefault(at, self._place(event))
        return at

    def _value_of(self, event: yaml.ScalarEvent) -> object:
        try:
            if event.tag is not None:
                return tagged(event.tag, event.value)
            return plain(event.value) if event.implicit[0] else event.value
        except ValueError as error:
            self._fault(event, str(error))
            return event.value if event.tag in {None, TEXT_TAG} else None

    def _key(self, event: yaml.NodeEvent, key: object, top: _Open) -> str | int | None:
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, _("a key cannot be an alias; quote text that begins with *"))
            return None
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<":
            self._fault(event, _("YAML's merge key << is not supported, write the content out"))
        elif isinstance(key, bool) or not isinstance(key, str | int) or key == _NOWHERE:
            self._fault(event, _("a key must be text: quote it, or add the name before the colon"))
        elif first := top.seen.get(key):
            words = _("key {key} is repeated: it is on line {line} already")
            self._fault(event, words.format(key=one_line(str(key), 64), line=first.line))
        else:
            top.seen[key] = self._place(event)
            self.keys.setdefault((*top.at, key), top.seen[key])
            return key
        return None

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.name) if mark is None else Place(self.name, mark.line + 1, mark.column + 1)

    def _fault(self, event: yaml.Event, message: str) -> None:
        self.faults.append(Fault(self._place(event), message))

    def _too_much(self, event: yaml.Event, message: str) -> TooMuch:
        self._fault(event, message)
        return TooMuch(message)
