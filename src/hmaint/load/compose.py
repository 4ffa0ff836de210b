"""YAML events to plain values with their places, without recursion and within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from hmaint.errors import Fault, Place
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
                    raise self._too_much(event, "一个文件里只能有一份内容，请删掉多余的“---”")
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._too_much(event, f"内容太多，最多 {MAX_NODES} 项；请拆成几个文件")
        if isinstance(event, yaml.AliasEvent):
            self._scalar(event, self._anchored(event))
        elif isinstance(event, yaml.ScalarEvent):
            value = self._value_of(event)
            if event.anchor is not None:
                if event.value == "":
                    self._fault(event, "锚点后面没有内容；以 & 开头的文字要加引号")
                self._anchors[event.anchor] = value
            self._scalar(event, value)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._collection(event)

    def _anchored(self, event: yaml.AliasEvent) -> object:
        """The value an alias stands for. Only scalars have anchors, so a file cannot grow by them."""
        if event.anchor not in self._anchors:
            self._fault(event, "没有这个锚点（只有文字和数字可以加锚点）；以 * 开头的文字要加引号")
        return self._anchors.get(str(event.anchor))

    def _scalar(self, event: yaml.NodeEvent, value: object) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and top.wants_key:
            top.await_value(self._key(event, value, top))
        else:
            self._put(event, value)

    def _collection(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._too_much(event, f"嵌套太深，最多 {MAX_DEPTH} 层")
        if event.anchor is not None:
            self._fault(event, "列表和映射不能加锚点，请把内容写全；以 & 开头的文字要加引号")
        if event.tag not in _COLLECTION_TAGS:
            self._fault(event, "标签不能用在列表或映射上；以 ! 开头的文字要加引号")
        value: dict[str | int, object] | list[object] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        top = self._open[-1] if self._open else None
        if top is not None and top.wants_key:
            self._fault(event, "键必须是文字，不能是列表或映射；含 {{ }} 的文字要加引号")
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
            self._fault(event, "键不能是别名；以 * 开头的文字要加引号")
            return None
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<":
            self._fault(event, "不支持 YAML 合并键 <<，请把内容写全")
        elif isinstance(key, bool) or not isinstance(key, str | int) or key == _NOWHERE:
            self._fault(event, "键必须是文字：请给键加引号，或补上冒号前面的名字")
        elif first := top.seen.get(key):
            self._fault(event, f"键 {one_line(str(key), 64)} 重复：第 {first.line} 行已经写过")
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
