"""What is kept of an answer: what was asked, how it went, and nothing of a secret in either."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hmaint.engine.evidence import transcript
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Host
from hmaint.model.look import Answer, Ask, Fragment, Reply, Seen

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
HOST = Host("icu-app-1", "icu")


def told(ask: str, reply: Reply) -> str:
    answers: dict[Ask, Answer] = {Fragment(ask): reply}
    return transcript(HOST, NOW, answers, Redactor()).decode()


def test_an_answer_is_kept_with_what_was_asked_and_how_long_it_took() -> None:
    kept = told(" df -P\n", Reply(Seen.OBSERVED, b"a 1\n", b"odd\n", 1, elapsed_ms=12))
    assert kept == (
        "# host icu-app-1 2026-11-26T07:00:00+00:00\n\n$ df -P\n# observed 12 ms, exit 1\na 1\n! odd\n"
    )


def test_a_reason_stands_behind_the_time() -> None:
    kept = told("df", Reply(Seen.DENIED, reason="没有权限：df", elapsed_ms=3))
    assert "\n$ df\n# denied 3 ms 没有权限：df, exit None\n" in kept


@pytest.mark.parametrize("reason", ["--password Geheim99", "-pass 'Geheim99'", "password=Geheim99"])
def test_a_secret_at_the_very_beginning_of_a_reason_is_masked(reason: str) -> None:
    assert "Geheim99" not in told("df", Reply(Seen.DENIED, reason=reason))


def test_a_secret_in_what_was_asked_is_masked_for_the_first_host_and_for_the_next() -> None:
    mask, reply = Redactor(), Reply(Seen.OBSERVED, b"", b"", 0)
    for took in (1, 22, 333):
        answers: dict[Ask, Answer] = {
            Fragment("mysql -pGeheim99 -e x"): Reply(reply.seen, elapsed_ms=took, code=0)
        }
        kept = transcript(HOST, NOW, answers, mask).decode()
        assert "Geheim99" not in kept
        assert f"\n# observed {took} ms, exit 0" in kept
    assert mask.counts == {"password": 3}
