"""What a server says before it is known to speak SSH, and how bytes are handed on afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.transport.doorstep import Ahead, Doorstep, Unwelcome


class Wire:
    """A wire from which these pieces come one by one; None stands for a look that saw nothing."""

    def __init__(self, *pieces: bytes | None) -> None:
        self.pieces = list(pieces)
        self.asked = 0

    def recv(self, size: int) -> bytes:
        self.asked += 1
        piece = self.pieces.pop(0) if self.pieces else b""
        if piece is None:
            raise TimeoutError
        assert len(piece) <= size
        return piece

    def send(self, data: bytes) -> int:
        return len(data)

    def settimeout(self, seconds: float | None) -> None:
        """Waiting is the tests' business."""

    def close(self) -> None:
        """Nothing to hang up."""


@given(
    st.lists(st.binary(min_size=1, max_size=60), max_size=8),
    st.lists(st.integers(1, 40), min_size=300, max_size=300),
)
def test_bytes_come_in_order_and_whole_however_they_are_asked_for(
    pieces: list[bytes], sizes: list[int]
) -> None:
    wire = Wire(*pieces)
    ahead = Ahead(wire)
    got = [ahead.recv(size) for size in sizes]
    assert all(len(data) <= size for data, size in zip(got, sizes, strict=True))
    assert b"".join(got) == b"".join(pieces)[: sum(sizes)]


def test_what_is_there_is_handed_out_without_asking_the_wire_again() -> None:
    wire = Wire(b"abcdef", None, b"g")
    ahead = Ahead(wire)
    assert [ahead.recv(2) for _ in range(3)] == [b"ab", b"cd", b"ef"]
    assert wire.asked == 1
    with pytest.raises(TimeoutError):
        ahead.recv(2)
    assert (ahead.recv(9), ahead.recv(9)) == (b"g", b"")


def test_what_is_large_is_asked_for_as_it_is() -> None:
    large = b"l" * 30_000
    ahead = Ahead(Wire(b"head", large, b"tail"))
    assert ahead.recv(4) == b"head"
    assert ahead.recv(30_000) == large
    assert ahead.recv(30_000) == b"tail"


def test_a_look_that_saw_nothing_settles_nothing() -> None:
    door = Doorstep(Wire(None, b"SSH-2.0-x", None, b"\r\nrest"), 60)
    with pytest.raises(TimeoutError):
        door.recv(128)
    assert door.recv(128) == b"SSH-2.0-x"
    with pytest.raises(TimeoutError):
        door.recv(128)
    assert not door.settled.is_set()
    door.recv(128)
    assert door.greeted
    assert door.settled.is_set()
    assert not door.hung_up


@pytest.mark.parametrize("pieces", [(b"",), (b"220 smtp\r\n", b"")])
def test_a_server_that_hangs_up_has_settled_it(pieces: tuple[bytes, ...]) -> None:
    door = Doorstep(Wire(*pieces), 60)
    for _ in pieces:
        door.recv(128)
    assert door.settled.is_set()
    assert door.hung_up
    assert not door.greeted


def test_one_that_is_too_slow_or_says_too_much_has_settled_it() -> None:
    slow, loud = Doorstep(Wire(b"x"), -1), Doorstep(Wire(*[b"x" * 128] * 600), 60)
    with pytest.raises(Unwelcome):
        slow.recv(128)
    with pytest.raises(Unwelcome):
        [loud.recv(128) for _ in range(600)]
    assert slow.settled.is_set()
    assert loud.settled.is_set()
