"""Contracts: one YAML file each, the workspace's own, and examples that ship with hmaint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from hmaint.errors import BadFile, Fault, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, series
from hmaint.kit.resources import shipped
from hmaint.kit.text import one_line
from hmaint.load.cache import cached
from hmaint.load.decode import read_bytes
from hmaint.model.contract import Contract
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

FOLDER = "contracts"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def load_contract(root: Path, name: str) -> Contract | None:
    """Read the workspace's own contract of that name; None where there is no such file: an example is in force nowhere.

    BadFile with every fault of it.
    """
    path = contract_path(root, name)
    return _read(read_bytes(path), path, name, root) if name and path.is_file() else None


def load_rectification(root: Path, name: str) -> Mapping[Level, Limit]:
    """How long each level may take by the contract of that name; nothing where there is none, or it does not say."""
    contract = load_contract(root, name)
    return {Level(level): limit for level, limit in contract.rectification.items()} if contract else {}


def read_contract(path: Path, name: str = "") -> Contract:
    """Read one profile; BadFile with every fault of it, each with its place."""
    return _made(read_bytes(path), path, name)


# Notices, clocks and duties of twenty sites ask for the same few contracts again and again.
@lru_cache(maxsize=64)
def _read(data: bytes, path: Path, name: str, root: Path) -> Contract:
    return cached(root, Contract, (name, path.stem), data, lambda: (_made(data, path, name), True))


def _made(data: bytes, path: Path, name: str) -> Contract:
    made, faults = _survey(data, path, name)
    if made is None:
        raise BadFile(faults)
    return made


def survey_contract(path: Path, name: str = "") -> tuple[Contract | None, list[Fault]]:
    """Like `read_contract`, with the faults handed back; BadFile only where it is no YAML at all."""
    return _survey(read_bytes(path), path, name)


def _survey(data: bytes, path: Path, name: str) -> tuple[Contract | None, list[Fault]]:
    from hmaint.load.profile_read import read_profile  # noqa: PLC0415 - only what is not in the cache needs the forms

    return read_profile(data, path, name)


def contract_path(root: Path, name: str) -> Path:
    """Where the workspace keeps the contract of that name."""
    return root / FOLDER / f"{name}.yaml"


def open_contract(name_or_path: str, root: Path | None) -> Path:
    """Find what a person named: a contract by name, the workspace's own first, an example, or a file by path.

    Raises WrongUsage with the nearest name when there is none.
    """
    known = list_contracts(root)
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"} and path.is_file():
        return path
    words = _("no contract {name}").format(name=one_line(name_or_path, 60))
    hint = did_you_mean(name_or_path, known) or _("; there are: {names}").format(names=series(sorted(known)))
    raise WrongUsage(words + hint)


def list_contracts(root: Path | None) -> dict[str, Path]:
    """Every contract by its name: the workspace's own, and the examples it has none of the same name for."""
    found: dict[str, Path] = {}
    for folder in _folders(root):
        for path in sorted(folder.glob("*.yaml")):
            if _NAME.fullmatch(path.stem):
                found.setdefault(path.stem, path)
    return found


def is_example(path: Path) -> bool:
    """Whether a file is one that ships with hmaint."""
    return path.parent == shipped(FOLDER)


def _folders(root: Path | None) -> Iterator[Path]:
    if root is not None:
        yield root / FOLDER
    yield shipped(FOLDER)
