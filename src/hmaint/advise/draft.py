"""Advice as a rule first writes it: what is said of one thing; whose rule it is and where it was found is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from hmaint.advise.facts import Facts
from hmaint.advise.rules import Rule
from hmaint.advise.write import advice_id
from hmaint.model.advice import Advice, Chapter, Claim, Fix, Grade, Ranks
from hmaint.model.look import Row
from hmaint.model.playbook import Level

NO, LOW, MEDIUM, HIGH = Grade.NONE, Grade.LOW, Grade.MEDIUM, Grade.HIGH


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule says of one thing. `ranks` are gain, cost and risk; `title` is the rule's own unless given."""

    object: str
    summary: str
    gain: str
    ranks: tuple[Grade, Grade, Grade]
    cost: str = "无"
    risk: str = "无"
    level: Level = Level.WARNING
    title: str = ""
    evidence: tuple[Row, ...] = ()
    fix: Fix | None = None
    advice: str = ""
    checked: str = ""
    claims: tuple[Claim, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What a rule is about, before it belongs to an engine: see `Rule` for what each part means."""

    id: str
    chapter: Chapter
    title: str
    find: Callable[[Facts], Iterable[Draft]]
    source: str
    needs: tuple[str, ...] = ()
    since: str = ""
    """The first version it holds for; empty: every one."""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the rules of one engine are made: its flavour of that name, and the kin they do not hold for."""

    engine: str
    never: tuple[str, ...] = field(default=())

    def rule(self, topic: Topic) -> Rule:
        """The topic as a rule of this engine; its drafts come out as advice."""
        return Rule(
            f"{self.engine}.{topic.id}",
            self.engine,
            topic.chapter,
            topic.title,
            lambda facts: (self._advice(topic, draft, facts) for draft in topic.find(facts)),
            topic.source,
            topic.needs,
            self._span(topic.since),
            self._span(topic.before),
            self.never,
        )

    def _span(self, version: str) -> Mapping[str, str]:
        return {self.engine: version} if version else {}

    def _advice(self, topic: Topic, draft: Draft, facts: Facts) -> Advice:
        rule = f"{self.engine}.{topic.id}"
        return Advice(
            id=advice_id(
                facts.target,
                rule,
                draft.object,
                draft.claims,
                draft.fix.statements if draft.fix else (),
            ),
            rule=rule,
            target=facts.target,
            chapter=topic.chapter,
            level=draft.level,
            object=draft.object,
            title=draft.title or topic.title,
            summary=draft.summary,
            gain=draft.gain,
            cost=draft.cost,
            risk=draft.risk,
            ranks=Ranks(*draft.ranks),
            evidence=draft.evidence[: facts.limits.shown],
            fix=draft.fix,
            advice=draft.advice,
            checked=draft.checked,
            claims=draft.claims,
            digests=draft.digests,
        )
