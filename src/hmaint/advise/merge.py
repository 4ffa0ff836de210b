"""Items that overlap become one; of items that contradict each other the safer stands and says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hmaint.model.advice import Advice, Claim, Verb
from hmaint.model.playbook import worst


def merged(items: Iterable[Advice]) -> tuple[Advice, ...]:
    """Every item once, without contradictions, the best first: by level, then by gain over risk."""
    kept: list[Advice] = []
    for item in sorted(items, key=order):
        place = next((at for at, other in enumerate(kept) if _overlap(other, item)), None)
        if place is None:
            kept.append(item)
        else:
            kept[place] = _joined(kept[place], item)
    return tuple(sorted(_without_contradictions(kept), key=order))


def order(item: Advice) -> tuple[int, float, int, str, str]:
    """What is critical first, then gain over risk, then the cheapest; the rest only so that runs agree."""
    return (-item.level.rank, -item.ranks.score, item.ranks.cost, item.rule, item.object)


def _overlap(one: Advice, other: Advice) -> bool:
    return any(_same(mine, theirs) for mine in one.claims for theirs in other.claims)


def _same(mine: Claim, theirs: Claim) -> bool:
    if mine.verb is not theirs.verb or mine.object != theirs.object or mine.verb is Verb.KEEP:
        return False
    if mine.verb is not Verb.ADD:
        return True
    shorter = min(len(mine.columns), len(theirs.columns))
    return mine.columns[:shorter] == theirs.columns[:shorter]


def _joined(one: Advice, other: Advice) -> Advice:
    """The one that does more, with what speaks for the other."""
    main, rest = (other, one) if _does_more(other, one) else (one, other)
    note = f"与“{rest.title}”（{rest.object}）合并：同一处改动"
    return replace(
        main,
        level=worst([main.level, rest.level]),
        evidence=main.evidence + tuple(row for row in rest.evidence if row not in main.evidence),
        also=tuple(dict.fromkeys((*main.also, rest.rule, *rest.also))),
        claims=tuple(dict.fromkeys((*main.claims, *rest.claims))),
        digests=tuple(dict.fromkeys((*main.digests, *rest.digests))),
        notes=tuple(dict.fromkeys((*main.notes, note, *rest.notes))),
    )


def _does_more(one: Advice, other: Advice) -> bool:
    """Whether the index is longer, or the rebuild weightier, than the other's; equal ones keep their order."""
    return _extent(one) > _extent(other)


def _extent(item: Advice) -> tuple[int, int]:
    own = item.claims[0]
    return (own.weight, len(own.columns) if own.verb is Verb.ADD else 0)


def _without_contradictions(items: list[Advice]) -> list[Advice]:
    """Whoever needs a thing that another would drop is believed: a thing too many harms less than one missing."""
    needed = {claim.object: item for item in items for claim in item.claims if claim.verb is Verb.KEEP}
    standing: dict[str, Advice] = {item.id: item for item in items}
    for item in items:
        keeper = next((needed[lost] for lost in _dropped(item) if lost in needed), None)
        if keeper is None or keeper.id == item.id or keeper.id not in standing:
            continue
        del standing[item.id]
        note = f"“{item.title}”（{item.object}）与此矛盾，未列出"
        told = standing[keeper.id]
        standing[keeper.id] = replace(told, notes=(*told.notes, note))
    return list(standing.values())


def _dropped(item: Advice) -> tuple[str, ...]:
    return tuple(claim.object for claim in item.claims if claim.verb is Verb.DROP)
