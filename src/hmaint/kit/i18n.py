"""The words of the command line: English message ids, translated by gettext.

Findings, advice and forms are Chinese whatever the language here: hospital staff read them.
"""

from __future__ import annotations

import gettext
import locale
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parents[1] / "locale"
LANGUAGES = ("zh", "en")
_DOMAIN = "hmaint"


class _Words:
    """The translation in force; one a process, as a process has one person in front of it."""

    current: gettext.NullTranslations = gettext.NullTranslations()


_for_a_record: ContextVar[gettext.NullTranslations | None] = ContextVar("for_a_record", default=None)


def speak(language: str) -> None:
    """Choose the language of all later messages."""
    _Words.current = _catalogue(language)


def _(message: str) -> str:
    """The message in the language in force."""
    return (_for_a_record.get() or _Words.current).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name by which extractors know a message that is translated later
    """The message id itself: for constants, which are made before a language is chosen."""
    return message


@contextmanager
def for_a_record() -> Iterator[None]:
    """Say all that is said within in Chinese: it becomes part of a record, which hospital staff read."""
    token = _for_a_record.set(_catalogue("zh"))
    try:
        yield
    finally:
        _for_a_record.reset(token)


def series(words: Iterable[object]) -> str:
    """Words in a row, as the language in force separates them; a word of its own where there are none."""
    return _(", ").join(str(word) for word in words) or _("(none)")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    name = {"zh": "zh_CN"}.get(language, language)
    return gettext.translation(_DOMAIN, LOCALES, [name], fallback=True)


def language_of(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language asked for by `--lang`, else by the usual variables, else by the system.

    Help texts are made before options are parsed, so the option is looked for by hand.
    """
    for _number, _words, language in _asked(argv):
        return language
    for name in ("HMAINT_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def without_language(argv: Sequence[str]) -> list[str]:
    """Take the languages out of a command line that `language_of` has read; one nobody speaks stays, to be refused.

    So `--lang` may stand anywhere, before `--help` and behind groups of commands that take no options.
    """
    gone = {
        number + at
        for number, words, language in _asked(argv)
        if language in LANGUAGES
        for at in range(words)
    }
    return [word for number, word in enumerate(argv) if number not in gone]


def _asked(argv: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Find each `--lang`: where it stands, how many words it takes, and the language."""
    for number, word in enumerate(argv):
        if word == "--":
            return
        if word == "--lang" and number + 1 < len(argv):
            yield number, 2, argv[number + 1]
        if word.startswith("--lang="):
            yield number, 1, word.removeprefix("--lang=")
