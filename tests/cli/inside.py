"""`hmaint` run inside this process: a tenth of the time, for what hangs on no process of its own."""

from __future__ import annotations

import io
import os
import signal
from contextlib import chdir, redirect_stderr, redirect_stdout
from unittest.mock import patch

from hmaint.cli.rim import guarded
from hmaint.kit.i18n import language_of, speak, without_language
from tests.end_to_end.desk import Desk, Done


def inside(desk: Desk, *words: str, lang: str = "zh", **environ: str) -> Done:
    """Run a command to its end in a desk's workspace, with the environment a desk gives."""
    argv = [*words, *(["--lang", lang] if lang else [])]
    out, err = io.StringIO(), io.StringIO()
    before = signal.getsignal(signal.SIGTERM)
    with (
        chdir(desk.root),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.dict(os.environ, {**desk.environ, **environ}, clear=True),
    ):
        speak(language_of(argv, os.environ))
        try:
            code = guarded(without_language(argv), verbose=False)
        finally:
            signal.signal(signal.SIGTERM, before)
            speak("zh")
    return Done(code, out.getvalue(), err.getvalue(), 0.0, 0.0)
