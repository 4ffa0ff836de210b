"""What a run tells while it goes, to a terminal that is there and to one that was closed."""

from __future__ import annotations

import pytest

from hmaint.cli.terminal import Terminal
from hmaint.cli.upgrade_status import teller


def test_a_run_outlives_the_terminal_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(Terminal, "err", lambda _self, words: heard.append(words))
    terminal = Terminal(None, None, "table", quiet=False, verbose=0, color=False)
    teller(terminal)("stop@app")
    assert heard[0].endswith("stop@app")

    def closed(_self: Terminal, _words: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Terminal, "err", closed)
    teller(terminal)("stop@app")
