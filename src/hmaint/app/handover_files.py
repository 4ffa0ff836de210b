"""What is handed over beside the documents: the inventory without secrets, files people wrote, the records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from hmaint.app import editions
from hmaint.app.bundle_papers import ALL_RUNS, plain_name
from hmaint.app.world import World, secrets_of
from hmaint.kit.redact import Redactor
from hmaint.load import baseline, contract
from hmaint.load.playbook_files import FOLDER as PLAYBOOKS
from hmaint.model.document import Document
from hmaint.model.inventory import Secret, Site
from hmaint.model.run import RunRecord
from hmaint.store.codec import (
    check_out,
    document_out,
    finding_out,
    handling_out,
    note_out,
    run_out,
    target_out,
)

_LETTER = re.compile(r" <[^<>]*>$")
"""The number of an e-mail, behind the name of its file."""
_LARGEST = 32 * 1024 * 1024
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Handed:
    """A file to be handed over; one without content could not be, for the reason given."""

    what: str
    name: str
    content: bytes
    count: str = ""
    reason: str = ""


def learn_secrets(world: World) -> Redactor:
    """See to it that no secret of the inventory leaves in any file."""
    for site in world.inventory.sites.values():
        world.unlock(site)
        for secret in secrets_of(site):
            if secret.source == "plain":
                world.redactor.learn(secret.name)
    return world.redactor


def inventory_file(site: Site, redactor: Redactor) -> Handed:
    """Spell a site's inventory; secrets are left out, whatever they are called."""
    plain = {"schema": "hmaint.site/1", "site": _plain(site, redactor)}
    return Handed("资产清单（不含凭据）", "inventory.json", _json(plain), f"{len(site.targets())} 项")


def written_files(world: World, site: Site, redactor: Redactor) -> Iterator[Handed]:
    """Every file people wrote about the site: dictionaries, playbooks, the baseline, the contract's profile."""
    root = world.workspace.root
    folders = (("数据字典", root / editions.FOLDER / site.name), ("巡检方案", root / PLAYBOOKS))
    for what, folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file() and not path.name.startswith("."):
                yield _copied(root, what, path, redactor)
    for what, path in (
        ("配置基线", baseline.path_of(root, site.name)),
        ("合同配置", root / contract.FOLDER / f"{site.contract}.yaml"),
    ):
        if path.is_file():
            yield _copied(root, what, path, redactor)


def records_file(world: World, site: Site, documents: Sequence[Document]) -> Handed:
    """Export the records of a site: runs with all they found, findings with what was said of them, documents."""
    runs = [world.records.run(run.id) for run in reversed(world.records.runs(site.name, ALL_RUNS))]
    found = sorted(world.records.findings(site.name, limit=_ALL), key=lambda each: each.finding.id)
    plain = {
        "schema": "hmaint.records/1",
        "site": site.name,
        "runs": [_run_out(run) for run in runs],
        "findings": [
            {
                **finding_out(each.finding),
                "first_run": each.first_run, "first_seen": each.first_seen.isoformat(),
                "last_run": each.last_run, "last_seen": each.last_seen.isoformat(),
                "notes": [note_out(note) for note in world.records.notes(each.finding.id)],
            }
            for each in found
        ],
        "documents": [
            {**document_out(each), "handlings": [handling_out(one) for one in each.handlings]} for each in documents
        ],
    }  # fmt: skip
    return Handed("记录导出", "records.json", _json(plain), f"{len(runs)} 次运行")


def _run_out(run: RunRecord) -> dict[str, object]:
    parts = {
        "targets": [target_out(each) for each in run.targets],
        "checks": [check_out(each) for each in run.checks],
    }
    return {**run_out(run), **parts}


def signed_files(world: World, documents: Sequence[Document]) -> Iterator[Handed]:
    """Every scan or e-mail that shows a signature; one that is not kept any more is told."""
    for document in documents:
        for number, handling in enumerate(document.handlings, start=1):
            if not handling.evidence:
                continue
            scan = _LETTER.sub("", handling.evidence_name)
            shown = plain_name(f"{document.number}-v{document.version}-{number}-{scan}")
            try:
                content = world.records.evidence.get(handling.evidence)
            except (OSError, ValueError) as lost:
                yield Handed("签字件", shown, b"", reason=f"证据文件读不到：{type(lost).__name__}")
            else:
                yield Handed("签字件", shown, content)


def _copied(root: Path, what: str, path: Path, redactor: Redactor) -> Handed:
    name = path.relative_to(root).as_posix()
    if not path.resolve().is_relative_to(root.resolve()):
        return Handed(what, name, b"", reason="是指向工作区外的链接，未随附。")
    try:
        if path.stat().st_size > _LARGEST:
            return Handed(what, name, b"", reason="大于 32 MB，未随附。")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return Handed(what, name, b"", reason="不是 UTF-8 文本，无法确认不含凭据，未随附。")
    except OSError as error:
        return Handed(what, name, b"", reason=f"读不到：{error.strerror}")
    return Handed(what, name, redactor.redact(text).encode())


def _plain(value: object, redactor: Redactor) -> object:
    if isinstance(value, Secret):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name), redactor) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _valued(str(key), each, redactor) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_plain(each, redactor) for each in value]
    return redactor.redact(value) if isinstance(value, str) else value


def _valued(key: str, value: object, redactor: Redactor) -> object:
    """Mask a variable also by its name: `password: 1` is a secret though no pattern knows it."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return redactor.redact_rows([{key: value}])[0][key]
    return _plain(value, redactor)


def _json(plain: object) -> bytes:
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return text.encode("utf-8", "replace")
