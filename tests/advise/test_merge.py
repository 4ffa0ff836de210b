"""Items that overlap are told once; of items that contradict each other the one that needs the thing stands."""

from __future__ import annotations

from itertools import permutations

from hmaint.advise.merge import merged
from hmaint.advise.write import advice_id
from hmaint.model.advice import Advice, Chapter, Claim, Grade, Ranks, Verb
from hmaint.model.playbook import Level


def item(  # what a test does not name does not matter to it
    rule: str,
    *claims: Claim,
    gain: int = 1,
    risk: int = 1,
    level: Level = Level.WARNING,
    about: str = "his.bed",
) -> Advice:
    ranks = Ranks(Grade(gain), Grade.NONE, Grade(risk))
    return Advice(
        advice_id("main", rule, about, claims),
        rule,
        "main",
        Chapter.INDEX,
        level,
        about,
        rule,
        "",
        "",
        "",
        "",
        ranks,
        evidence=({"rule": rule},),
        claims=claims,
    )


def add(*columns: str) -> Claim:
    return Claim(Verb.ADD, "his.bed", columns)


def drop(name: str) -> Claim:
    return Claim(Verb.DROP, name)


def keep(name: str) -> Claim:
    return Claim(Verb.KEEP, name)


def test_an_index_that_begins_like_a_longer_one_becomes_the_longer_one():
    short, long = item("foreign", add("ward")), item("missing", add("ward", "day"))
    for order in permutations((short, long)):
        (one,) = merged(order)
        assert one.rule == "missing"
        assert one.also == ("foreign",)
        assert one.evidence == ({"rule": "missing"}, {"rule": "foreign"})
        assert "foreign" in one.notes[0]


def test_indexes_that_begin_differently_stay_two():
    assert len(merged((item("one", add("ward")), item("two", add("day", "ward"))))) == 2


def test_a_weightier_rebuild_includes_a_lesser_one():
    light = item("fragmented", Claim(Verb.REBUILD, "his.bed"), gain=3)
    heavy = item("engine", Claim(Verb.REBUILD, "his.bed", weight=3))
    (one,) = merged((light, heavy))
    assert (one.rule, one.also) == ("engine", ("fragmented",))


def test_what_another_item_needs_is_not_dropped():
    redundant = item("redundant", drop("short"), keep("long"))
    unused = item("unused", drop("long"), gain=3)
    for order in permutations((redundant, unused)):
        (one,) = merged(order)
        assert one.rule == "redundant"
        assert any("矛盾" in note for note in one.notes)


def test_of_two_that_need_what_the_other_drops_one_stands():
    one = item("a", drop("x"), keep("y"))
    other = item("b", drop("y"), keep("x"))
    assert len(merged((one, other))) == 1


def test_a_variable_has_one_target_value():
    low = item("mismatch", Claim(Verb.SET, "tmp_table_size"))
    high = item("disk", Claim(Verb.SET, "tmp_table_size"), gain=2)
    (one,) = merged((low, high))
    assert (one.rule, one.also) == ("disk", ("mismatch",))


def test_the_worse_level_of_two_that_are_one_stands():
    mild = item("a", Claim(Verb.REBUILD, "his.bed"), gain=3)
    grave = item("b", Claim(Verb.REBUILD, "his.bed"), level=Level.CRITICAL)
    assert merged((mild, grave))[0].level is Level.CRITICAL


def test_the_order_is_critical_then_gain_over_risk():
    found = merged(
        (
            item("small", about="1"),
            item("risky", about="2", gain=3, risk=3),
            item("good", about="3", gain=3, risk=0),
            item("grave", about="4", gain=0, level=Level.CRITICAL),
        )
    )
    assert [each.rule for each in found] == ["grave", "good", "risky", "small"]


def test_merging_does_not_depend_on_the_order_in_which_rules_speak():
    items = (
        item("a", add("ward")),
        item("b", add("ward", "day")),
        item("c", drop("x"), keep("y")),
        item("d", drop("y")),
        item("e", Claim(Verb.SET, "v")),
    )
    results = {tuple(each.id for each in merged(order)) for order in permutations(items)}
    assert len(results) == 1


def test_what_is_merged_into_a_third_does_not_come_back():
    items = (item("a", add("x")), item("b", add("x", "y")), item("c", add("x", "y", "z")))
    (one,) = merged(items)
    assert one.rule == "c"
    assert set(one.also) == {"a", "b"}


def test_another_value_has_another_id_and_the_same_value_the_same():
    def named(*statements: str) -> str:
        return advice_id(
            "main", "cache", "table_open_cache", (Claim(Verb.SET, "table_open_cache"),), statements
        )

    small, large = "SET GLOBAL table_open_cache = 4000", "SET GLOBAL table_open_cache = 8000"
    assert named(small) == named(small)
    assert len({named(), named(small), named(large), named(small, large)}) == 4
