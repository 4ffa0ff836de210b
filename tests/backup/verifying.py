"""A workspace whose backups lie on this machine, verified without a shell between the test and the work."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hmaint.app.backup_verify import Request, verify
from hmaint.app.world import World
from hmaint.kit.clock import SystemClock
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord

SITE = "tj"
QUICK = {"backup_pause": 0.05}


@dataclass(frozen=True)
class Seen:
    """One run over one backup."""

    run: RunRecord

    def check(self, what: str) -> Check | None:
        """The check of that name, LAYER.WHAT."""
        return next((c for c in self.run.checks if c.id == f"backup.{what}"), None)

    def level(self, what: str) -> str:
        """How a check stands; empty where it was not made."""
        found = self.check(what)
        return "" if found is None else str(found.level)

    @property
    def bad(self) -> dict[str, str]:
        """Everything that is not fine, by its name, with its words."""
        return {
            c.id.removeprefix("backup."): f"{c.level} {c.summary}"
            for c in self.run.checks
            if c.level in (Level.WARNING, Level.UNKNOWN, Level.CRITICAL)
            and not c.id.startswith("backup.nights")
        }

    @property
    def unlooked(self) -> list[str]:
        """What was not looked at, in words."""
        return [c.summary for c in self.run.checks if c.level is Level.SKIPPED]


class Ward:
    """A workspace with one site; every call writes its inventory anew."""

    def __init__(self, root: Path, environ: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.environ = dict(environ or {})
        root.mkdir(parents=True, exist_ok=True)

    def world(self, backups: Mapping[str, Any], **site: Any) -> World:
        """A world whose inventory has these backups."""
        hosts = {"laptop": {"connection": "local"}, **site.pop("hosts", {})}
        whole = {
            "version": 1,
            "hospital": {"name": "某某市第一人民医院"},
            "allow_plaintext": True,
            "sites": {SITE: {"hosts": hosts, "vars": dict(QUICK), "backups": dict(backups), **site}},
        }
        (self.root / "inventory.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
        workspace = Workspace(self.root, self.root / "inventory.yaml")
        return World(workspace, SystemClock(), self.environ, "张工", "zhang")

    def verify(
        self, path: Path | str, *, of: str = "", site: Mapping[str, Any] | None = None, **entry: Any
    ) -> Seen:
        """Verify one backup that lies on this machine."""
        given: dict[str, Any] = dict(site or {})
        if of:
            engine = {"engine": "mysql", "address": "127.0.0.1", "user": "x", "name": of}
            given["databases"] = {"main": engine}
            entry["of"] = "main"
        backup = {"host": "laptop", "path": str(path), **entry}
        world = self.world({"full": backup}, **given)
        try:
            return Seen(verify(world, Request(SITE), lambda _event: None))
        finally:
            world.records.dispose()


def packed(text: bytes, target: Path) -> Path:
    """Write gzip of that text."""
    target.write_bytes(gzip.compress(text, 1))
    return target
