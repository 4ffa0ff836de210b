"""Regular expressions strangers wrote, refused when they could run away with the laptop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as op  # type: ignore[attr-defined] # the parse tree has no public name
from re import _parser as grammar  # type: ignore[attr-defined] # the parse tree has no public name

from hmaint.kit.i18n import _

_LONGEST = 1000
_WILDCARDS = 3
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


def safe_regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    r"""Compile a pattern, or raise ValueError with the reason it is refused.

    Refused are what Python's backtracking matcher answers in exponential time (a repeat inside a repeat, a
    repeated choice whose branches begin alike), back references, more than three `.*`, and patterns over
    1000 characters. What is left takes at worst polynomial time in the length of one line, so callers bound
    the lines.

    >>> safe_regex(r"ORA-\d+").search("ORA-01653: unable to extend").group()
    'ORA-01653'
    """
    if len(pattern) > _LONGEST:
        raise ValueError(_("longer than {most} characters").format(most=_LONGEST))
    try:
        compiled = re.compile(pattern, flags)
        _refuse_runaways(grammar.parse(pattern, flags))
    except (re.error, OverflowError) as error:
        raise ValueError(_("not a regular expression: {reason}").format(reason=error)) from None
    except RecursionError:
        raise ValueError(_("nested too deeply")) from None
    return compiled


def _refuse_runaways(tree: Iterable[tuple[object, object]]) -> None:
    wildcards = 0
    for code, argument, within in _walk(tree, within=False):
        if code is op.GROUPREF or code is op.GROUPREF_EXISTS:
            raise ValueError(_("back references are not allowed"))
        if within and _varies(code, argument):
            raise ValueError(_("a repeat inside a repeat, such as (a+)+, is not allowed"))
        if within and code is op.BRANCH and not _distinct(argument[1]):  # type: ignore[index] # (None, branches)
            raise ValueError(_("a repeated choice whose branches may begin alike is not allowed"))
        wildcards += _is_wildcard(code, argument)
    if wildcards > _WILDCARDS:
        words = _("more than {most} unbounded `.*` are not allowed")
        raise ValueError(words.format(most=_WILDCARDS))


def _walk(tree: Iterable[tuple[object, object]], *, within: bool) -> Iterator[tuple[object, object, bool]]:
    for code, argument in tree:
        yield code, argument, within
        deeper = within or (code in _REPEATS and argument[1] > 1)  # type: ignore[index] # (least, most, tree)
        for child in _children(argument):
            yield from _walk(child, within=deeper)


def _children(argument: object) -> Iterator[Iterable[tuple[object, object]]]:
    if isinstance(argument, grammar.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for part in argument:
            yield from _children(part)


def _varies(code: object, argument: object) -> bool:
    return code in _REPEATS and argument[0] != argument[1]  # type: ignore[index] # (least, most, tree)


def _is_wildcard(code: object, argument: object) -> bool:
    if code not in _REPEATS or argument[1] != op.MAXREPEAT:  # type: ignore[index] # (least, most, tree)
        return False
    return any(inner is op.ANY for inner, _ in argument[2])  # type: ignore[index] # (least, most, tree)


def _distinct(branches: Iterable[Iterable[tuple[object, object]]]) -> bool:
    first = [next(iter(branch), (None, None)) for branch in branches]
    letters = {chr(letter).lower() for code, letter in first if code is op.LITERAL}  # type: ignore[arg-type] # int
    return len(letters) == len(first)
