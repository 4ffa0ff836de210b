"""The words of the command line: English message ids, translated by gettext.

Findings, advice and forms are Chinese whatever the language here: hospital staff read them.
"""

from __future__ import annotations

import gettext
import locale
from collections.abc import Mapping, Sequence
from pathlib import Path

LOCALES = Path(__file__).parents[1] / "locale"
LANGUAGES = ("zh", "en")
_DOMAIN = "hmaint"


class _Words:
    """The translation in force; one a process, as a process has one person in front of it."""

    current: gettext.NullTranslations = gettext.NullTranslations()


def speak(language: str) -> None:
    """Choose the language of all later messages, Typer's own included."""
    name = {"zh": "zh_CN"}.get(language, language)
    _Words.current = gettext.translation(_DOMAIN, LOCALES, [name], fallback=True)
    gettext.bindtextdomain(_DOMAIN, LOCALES)
    gettext.textdomain(_DOMAIN)


def _(message: str) -> str:
    """The message in the language in force."""
    return _Words.current.gettext(message)


def language_of(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language asked for by `--lang`, else by the usual variables, else by the system.

    Help texts are made before options are parsed, so the option is looked for by hand.
    """
    for number, word in enumerate(argv):
        if word == "--":
            break
        if word == "--lang" and number + 1 < len(argv):
            return argv[number + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    for name in ("HMAINT_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"
