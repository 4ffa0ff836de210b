"""Applications and approvals of plans on record: each binds to the digest of the plan as it was rendered then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hmaint.app.entry import add, begin, draft
from hmaint.app.proof import kept_proof, read_proof
from hmaint.app.upgrade_fix_look import fingerprints
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.world import World
from hmaint.duty.upgrade_known import Approval
from hmaint.engine.plan_document import differences
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.model.entry import Entry, standing
from hmaint.model.upgrade_act import RenderedPlan

KIND = "upgrade"
PREFIX = "G"
REQUESTED, APPROVED = "requested", "approved"


@dataclass(frozen=True, slots=True)
class Papers:
    """What is on record about one plan of one site: the matter's number, and its entries that stand."""

    matter: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """Every approval that stands, of whatever state of the plan."""
        return tuple(_approval(each) for each in self.entries if each.event == APPROVED)

    def requested(self, digest: str) -> bool:
        """Whether this very plan was applied for."""
        return any(each.event == REQUESTED and each.body.get("digest") == digest for each in self.entries)

    def approved(self, digest: str) -> Approval | None:
        """The latest approval of this very plan."""
        fitting = [each for each in self.approvals if each.digest == digest]
        return fitting[-1] if fitting else None

    def rows(self, digest: str) -> dict[str, str] | None:
        """By act, the fingerprint of the rows that the latest approval of this very plan is for; None without one."""
        fitting = [
            each for each in self.entries if each.event == APPROVED and each.body.get("digest") == digest
        ]
        told = fitting[-1].body.get("rows") if fitting else None
        kept = told if isinstance(told, dict) else {}
        return {str(act): str(rows) for act, rows in kept.items()} if fitting else None


def papers_of(world: World, site: str, plan: str) -> Papers:
    """What is on record about a plan, by its name; nothing before there are records."""
    if not world.has_records:
        return Papers()
    entries = [
        each
        for each in standing(world.records.entries.listed(kinds=[KIND], site=site))
        if each.body.get("plan") == plan
    ]
    return Papers(entries[0].matter, tuple(entries)) if entries else Papers()


def approve(  # noqa: PLR0913 - what an approval is
    world: World,
    prepared: Prepared,
    *,
    by: str,
    text: str,
    evidence: Sequence[Path] = (),
    at: datetime | None = None,
) -> Entry:
    """Put an approval on record. Refused for a name not on the list, no words, or unseen targets."""
    rendered = prepared.rendered()
    plan = rendered.plan
    if by.strip() not in plan.approvers:
        words = _("{name} is not on the plan's list of approvers")
        raise Refused(words.format(name=by.strip() or "-") + meant(by.strip(), plan.approvers))
    if not text.strip():
        raise Refused(_("an approval without words is none: --text says what was approved, and how"))
    proofs = [read_proof(path) for path in evidence]
    if not proofs:
        raise WrongUsage(_("--evidence names the signed application, the e-mail or a photograph of it"))
    rows = fingerprints(prepared.previews)
    body = {
        **_binding(world, rendered),
        **({"rows": rows} if rows else {}),
        "by": by.strip(),
        "text": text.strip(),
        "evidence": [kept_proof(world, each) for each in proofs],
    }
    return _keep(world, rendered, APPROVED, body, at)


def put_request(world: World, rendered: RenderedPlan, document: str) -> Entry:
    """Put on record that this very plan was applied for; `document` is the path of the form."""
    return _keep(world, rendered, REQUESTED, {**_binding(world, rendered), "document": document})


def changes_since(world: World, papers: Papers, rendered: RenderedPlan) -> tuple[str, ...]:
    """The lines in which the plan differs from what was approved last; none where it does not, or that is not kept."""
    if not papers.approvals or papers.approved(rendered.digest) is not None:
        return ()
    last = [each for each in papers.entries if each.event == APPROVED][-1]
    kept = str(last.body.get("rendered", ""))
    try:
        before = world.records.evidence.get(kept).decode()
    except (OSError, KeyError, ValueError):
        return ()
    return differences(before, _shown(world, rendered))


def _binding(world: World, rendered: RenderedPlan) -> dict[str, object]:
    document = _shown(world, rendered).encode()
    try:
        kept = world.records.evidence.put(document, durable=True)
    except OSError as error:
        words = _("{file} cannot be kept: {reason}")
        raise Refused(words.format(file=rendered.plan.name, reason=error.strerror)) from None
    plan = rendered.plan
    return {
        "plan": plan.name,
        "title": plan.title,
        "versions": f"{plan.from_version} → {plan.to_version}",
        "digest": rendered.digest,
        "rendered": kept,
    }


def _shown(world: World, rendered: RenderedPlan) -> str:
    """The document as it may be kept: whatever looks like a secret in it is masked."""
    return world.redactor.redact(rendered.document)


def _keep(
    world: World, rendered: RenderedPlan, event: str, body: dict[str, object], at: datetime | None = None
) -> Entry:
    plan = rendered.plan
    papers = papers_of(world, plan.site, plan.name)
    entry = draft(world, kind=KIND, event=event, site=plan.site, body=body, at=at, matter=papers.matter)
    if not papers.matter:
        return begin(world, entry, PREFIX)
    add(world, entry)
    return entry


def _approval(entry: Entry) -> Approval:
    told = entry.body
    evidence = told.get("evidence")
    listed = evidence if isinstance(evidence, list) else []
    return Approval(
        entry.matter,
        str(told.get("digest", "")),
        str(told.get("by", "")),
        str(told.get("text", "")),
        entry.at,
        tuple(str(each.get("sha256", "")) for each in listed if isinstance(each, dict)),
    )
