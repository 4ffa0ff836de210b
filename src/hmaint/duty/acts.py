"""What meets what: the acts that records show, and which of them a kind of obligation asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from hmaint.duty.papers import FORMS
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, DocumentTerms, Obligation
from hmaint.model.duty import Deed

PAPER = "paper:"
"""An act that begins so is a document made on the form behind it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that leaves a record, and the command that does it or puts it down."""

    command: str
    entry: str = ""
    """The kind of entry a person puts down for it; empty where the program sees it by itself."""


ACTS: Mapping[str, Act] = {
    "inspection": Act("hmaint inspect"),
    "probe": Act("hmaint inspect --playbook inspect/weekly"),
    "data_check": Act("hmaint data-check"),
    "backup_look": Act("hmaint backup-verify"),
    "backup_sound": Act("hmaint backup-verify"),
    "restore": Act("hmaint backup-verify --restore"),
    "tuning": Act("hmaint report render tuning-record"),
    "meeting": Act("hmaint contract meeting add", "meeting"),
    "patch": Act("hmaint contract patch add", "patch"),
    "vuln": Act("hmaint contract vuln add", "vuln"),
    "drill": Act("hmaint contract drill add", "drill"),
    "restart": Act("hmaint contract restart add", "restart"),
    "training": Act("hmaint training new", "training"),
    "performed": Act("hmaint contract done", "performed"),
}
"""Every act that is no paper. A `probe` is a quick look at whether everything works; every inspection is one, too.
`backup_sound` is a look at backups that found none missing and left none unseen."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of obligation is met."""

    acts: tuple[frozenset[str], ...] = ()
    """One of each of these, whatever documents are made of it."""
    papers: bool = False
    """By the documents the contract names as its evidence, each of them."""
    handed_in: bool = False
    """Only by what was handed in, on the day it was."""


def _one(*acts: str) -> tuple[frozenset[str], ...]:
    return (frozenset(acts),)


_PAPERS = Way(papers=True)
KINDS: Mapping[str, Way] = {
    "inspection": Way(_one("inspection")),
    "inspection_meeting": Way((frozenset({"inspection"}), frozenset({"meeting"}))),
    "function_probe": Way(_one("probe")),
    "submission": Way(papers=True, handed_in=True),
    "bundle": Way(_one(f"{PAPER}quarterly-index", f"{PAPER}annual-volume"), handed_in=True),
    "performance": Way(_one("tuning", f"{PAPER}tuning-record", f"{PAPER}health-report")),
    "tuning": Way(_one("tuning", f"{PAPER}tuning-record")),
    "db_maintenance": Way(_one("tuning", f"{PAPER}tuning-record")),
    "restart_review": Way(_one("restart")),
    "backup_check": Way(_one("backup_look")),
    "backup_run": Way(_one("backup_sound")),
    "restore_drill": Way(_one("restore")),
    "data_check": Way(_one("data_check")),
    "patch": Way(_one("patch")),
    "vuln_check": Way(_one("vuln")),
    "drill": Way(_one("drill")),
    "training": Way(_one("training")),
    "review_meeting": Way(_one("meeting")),
    "incident_summary": _PAPERS,
    "kb_update": _PAPERS,
    "dr_plan": _PAPERS,
    "emergency_plan": _PAPERS,
    "plan_review": _PAPERS,
    "document": _PAPERS,
    "promotion": _PAPERS,
    "policy": _PAPERS,
    "joint_check": _PAPERS,
    "security_assessment": _PAPERS,
    "security_audit": _PAPERS,
}
"""How each kind is met; besides, every obligation is met by what a person put down as done under its clause."""

CUMULATIVE = frozenset({f"{PAPER}maintenance-log"})
"""Papers that tell everything of a year: a later version shows what was before it, too."""
LOOKS = frozenset({"inspection", "probe"})
"""Acts that have a mode, and that may have left targets unseen."""
_SHOWN_BY: Mapping[str, str] = {
    "drill-record": "drill",
    "training-record": "training",
    "training-signin": "training",
}
"""Papers that only write down an act: the act itself is as good."""


def way_of(kind: str) -> Way:
    """How a kind of obligation is met; by its documents where the kind is not known."""
    return KINDS.get(kind, _PAPERS)


def needs(obligation: Obligation) -> tuple[frozenset[str], ...]:
    """What must be on record, one act of each set; nothing where only a person can say that it was done."""
    way = way_of(obligation.kind)
    papers = needs_of_papers(obligation.evidence)
    return way.acts or tuple(frozenset({*each, *_shown(each)}) for each in papers)


@cache  # asked again for every event and period, of few lists
def needs_of_papers(documents: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The documents of a profile themselves, as far as there are forms for them."""
    forms = dict.fromkeys(FORMS[each] for each in documents if each in FORMS)
    return tuple(frozenset({f"{PAPER}{form}"}) for form in forms)


def _shown(papers: frozenset[str]) -> Iterator[str]:
    return (_SHOWN_BY[form] for each in papers if (form := each.removeprefix(PAPER)) in _SHOWN_BY)


def meant_for(deed: Deed, clause: str, contract: Contract) -> bool:
    """Whether a deed may count for a clause by what it is: not where a person put it down for other clauses."""
    if not deed.clauses or clause in deed.clauses:
        return True
    known = {each.id for each in contract.obligations} | {each.id for each in contract.triggered}
    return not deed.clauses & (known | {each.id for each in contract.on_demand})


def shown_by(contract: Contract, documents: tuple[str, ...]) -> tuple[tuple[str, DocumentTerms], ...]:
    """The documents that there are forms for, each with the act that shows it is there."""
    return tuple((f"{PAPER}{FORMS[each]}", contract.document(each)) for each in documents if each in FORMS)


def names_of(contract: Contract, documents: tuple[str, ...]) -> tuple[str, ...]:
    """How a contract calls its documents."""
    return tuple(contract.document(each).name for each in documents)
