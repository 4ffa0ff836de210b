"""What an upgrade does next: whatever fails and whenever its process dies, it ends new, old, or before a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import ActState, State, fold
from hmaint.engine.upgrade_move import Close, Confirm, Do, Halt, Settle, Turn, Undo, Verify, next_move
from hmaint.model.upgrade import Rollback, Rollout
from hmaint.model.upgrade_act import Act, RenderedPlan, Reversal

from .upgrades import Book, act, rendered

TWO = [act(f"s{wave}@{host}", wave) for wave in range(4) for host in ("a", "b")]


@dataclass
class Targets:
    """What lies on the hosts, and a fate for every act and look; a process that dies leaves its act in doubt."""

    fates: list[str]
    book: Book = field(default_factory=Book)
    there: set[str] = field(default_factory=set)
    did: list[tuple[str, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def fate(self) -> str:
        return self.fates.pop() if self.fates else "good"

    def do(self, each: Act, state: State) -> bool:
        """Do an act as its fate wants it; False where the process died."""
        attempt, fate = state.standing(each.id).attempt + 1, self.fate()
        self.book.write(each.id, Outcome.INTENT, what="do", attempt=attempt)
        if fate == "dies before":
            return False
        if fate != "fails untouched":
            if each.id in self.there:
                self.twice.append(each.id)
            self.there.add(each.id)
            self.did.append(("do", each.id))
        if fate == "dies after":
            return False
        if fate.startswith("fails"):
            # Every hand holds on to what an attempt before this one left.
            touched = each.id in self.there
            self.book.write(each.id, Outcome.FAILED, what="do", reason="bad", touched=touched)
        else:
            self.book.write(each.id, Outcome.DONE, what="do")
        return True

    def undo(self, each: Act, state: State) -> bool:
        """Take it back likewise."""
        fate = self.fate()
        self.book.write(each.id, Outcome.INTENT, what="undo", attempt=state.standing(each.id).attempt + 1)
        if fate == "dies before":
            return False
        if fate == "fails":
            self.book.write(each.id, Outcome.FAILED, what="undo", reason="stuck")
            return True
        self.there.discard(each.id)
        self.did.append(("undo", each.id))
        if fate == "dies after":
            return False
        self.book.write(each.id, Outcome.UNDONE, what="undo")
        return True

    def settle(self, each: Act, state: State) -> None:
        """Find out by what lies there."""
        what, there = state.standing(each.id).what, each.id in self.there
        if what == "do":
            if there:
                self.book.write(each.id, Outcome.DONE, what="do", how="probed")
            else:
                self.book.write(each.id, Outcome.UNDONE, what="do", never=True)
        elif there:
            self.book.write(each.id, Outcome.UNDONE, what="undo", never=True)
        else:
            self.book.write(each.id, Outcome.UNDONE, what="undo")


def play(plan: RenderedPlan, targets: Targets, resumes: int = 12) -> State:
    """Go on as an operator would, resuming after each death and each halt, until it ends or nothing helps."""
    for _turn in range(400):
        state = fold(targets.book.lines)
        move = next_move(plan, state)
        match move:
            case Close():
                return state
            case Halt() if resumes:
                if not state.halted:
                    targets.book.write("halt", Outcome.DONE, state=move.state, reason=move.reason)
                resumes -= 1
                targets.book.write("resume", Outcome.DONE)
            case Halt():
                return state
            case _:
                _make(move, state, targets)
    raise AssertionError("it goes on for ever")


def _make(move: object, state: State, targets: Targets) -> None:
    match move:
        case Settle():
            for each in move.acts:
                targets.settle(each, state)
        case Do():
            assert not any(each.state is ActState.IN_DOUBT for each in state.acts.values())
            all(targets.do(each, state) for each in move.acts)
        case Undo():
            all(targets.undo(each, state) for each in move.acts)
        case _:
            _say(move, targets)


def _say(move: object, targets: Targets) -> None:
    match move:
        case Turn():
            targets.book.write("turn", Outcome.DONE, reason=move.reason, targets=list(move.targets))
        case Confirm():
            targets.book.write("presence", Outcome.DONE, when="end")
        case Verify():
            good = targets.fate() not in {"fails", "fails untouched"}
            outcome = Outcome.DONE if good else Outcome.FAILED
            targets.book.write(
                "verify", outcome, phase=move.phase, wave=move.wave, reason="" if good else "red"
            )


def ended(plan: RenderedPlan, targets: Targets) -> State:
    """The state after the run has been told to be over."""
    play(plan, targets)
    move = next_move(plan, fold(targets.book.lines))
    if isinstance(move, Close):
        targets.book.write("run", Outcome.DONE, state=move.state)
    return fold(targets.book.lines)


FATES = st.lists(
    st.sampled_from(["good", "good", "good", "dies before", "dies after", "fails", "fails untouched"]),
    max_size=40,
)


@given(FATES, st.sampled_from([{}, {"looks": True}, {"looks": True, "observe": True}]))
def test_it_ends_all_new_or_all_old_and_does_nothing_twice(fates: list[str], more: dict[str, bool]) -> None:
    plan = rendered(*TWO, supervisor="王主任", **more)
    targets = Targets(list(fates))
    state = ended(plan, targets)
    everything = {each.id for each in TWO}
    if state.ended == "done":
        assert targets.there == everything
    elif state.ended == "rolled_back":
        assert not targets.there
    else:
        assert state.state in {"needs_person", "paused", "running"}
    assert not targets.twice


@given(FATES)
def test_waves_go_forward_in_order_and_back_in_reverse(fates: list[str]) -> None:
    plan, targets = rendered(*TWO), Targets(list(fates))
    ended(plan, targets)
    wave = {each.id: each.wave for each in TWO}
    forward = [wave[name] for what, name in targets.did if what == "do"]
    back = [wave[name] for what, name in targets.did if what == "undo"]
    assert forward == sorted(forward)
    assert back == sorted(back, reverse=True)


@given(FATES)
@example(["fails untouched", "fails", *["good"] * 4])
def test_behind_the_point_of_no_return_nothing_is_put_back_by_itself(fates: list[str]) -> None:
    acts = [*TWO[:4], act("drop@a", 9, Reversal.NONE, beyond=True), act("end@a", 10, beyond=True)]
    targets = Targets(list(fates))
    ended(rendered(*acts), targets)
    begun = ("do", "drop@a") in targets.did
    assert not (
        begun and any(what == "undo" for what, _name in targets.did[targets.did.index(("do", "drop@a")) :])
    )


def test_a_failed_undo_stops_at_once_and_is_tried_again_only_when_told() -> None:
    targets = Targets(["fails", "fails", "good"])
    plan = rendered(TWO[0], TWO[2])
    state = play(plan, targets, resumes=0)
    assert isinstance(next_move(plan, state), Halt)
    assert targets.there
    targets.book.write("resume", Outcome.DONE)
    assert ended(plan, targets).ended == "rolled_back"
    assert not targets.there


def test_with_rollback_ask_a_person_decides() -> None:
    plan = rendered(*TWO, rollback=Rollback("ask"))
    targets = Targets(["fails untouched"])
    state = play(plan, targets, resumes=0)
    move = next_move(plan, state)
    assert isinstance(move, Halt)
    assert move.state == "paused"
    assert ended(plan, targets).ended == "done"


def test_hosts_that_are_whole_stay_where_the_plan_says_so() -> None:
    acts = [act("x@a", 0), act("y@a", 1), act("x@b", 2), act("y@b", 3)]
    plan = rendered(*acts, rollout=Rollout(serial=1, all_or_none=False))
    targets = Targets(["fails untouched", "good", "good", "good"])
    state = ended(plan, targets)
    assert state.ended == "rolled_back"
    assert targets.there == {"x@a", "y@a"}
    assert (state.scope, state.left) == (("b",), ("a",))
    assert ended(rendered(*acts), Targets(["fails untouched", "good", "good", "good"])).left == ()


def test_the_first_host_alone_is_verified_before_the_others_begin() -> None:
    acts = [act("x@a", 0), act("x@b", 1)]
    plan = rendered(*acts, checkpoints=(0,), looks=True)
    targets = Targets([])
    targets.do(acts[0], fold(targets.book.lines))
    move = next_move(plan, fold(targets.book.lines))
    assert move == Verify("checkpoint", 0, ("a",))
    targets.book.write("verify", Outcome.FAILED, phase="checkpoint", wave=0, reason="red")
    assert isinstance(next_move(plan, fold(targets.book.lines)), Turn)


def test_half_a_script_waits_for_a_decision_and_not_for_a_resume_alone() -> None:
    plan, book = rendered(TWO[0]), Book()
    book.write("s0@a", Outcome.INTENT, what="do", attempt=1)
    book.write("s0@a", Outcome.FAILED, what="do", reason="half", half=True)
    assert next_move(plan, fold(book.lines)) == Halt("needs_person", "s0@a: half")
    book.write("resume", Outcome.DONE)
    assert isinstance(next_move(plan, fold(book.lines)), Halt)
    book.write("decide", Outcome.DONE, about="s0@a", decision="again")
    assert next_move(plan, fold(book.lines)) == Do((TWO[0],))
    book.write("s0@a", Outcome.INTENT, what="do", attempt=2)
    book.write("s0@a", Outcome.FAILED, what="do", reason="half", half=True)
    assert isinstance(next_move(plan, fold(book.lines)), Halt)


def test_a_note_on_what_was_begun_begins_nothing() -> None:
    book = Book()
    book.write("s0@a", Outcome.INTENT, what="do", attempt=1)
    book.write("s0@a", Outcome.INTENT, what="do", note=True, mark="7")
    standing = fold(book.lines).standing("s0@a")
    assert (standing.attempt, standing.state, standing.facts["mark"]) == (1, ActState.IN_DOUBT, "7")


def test_what_never_began_is_as_it_was_but_for_the_name_of_its_attempt() -> None:
    book = Book()
    book.write("s0@a", Outcome.INTENT, what="do", attempt=1)
    book.write("s0@a", Outcome.FAILED, what="do", touched=True)
    book.write("s0@a", Outcome.INTENT, what="undo", attempt=2)
    book.write("s0@a", Outcome.UNDONE, what="undo", never=True)
    standing = fold(book.lines).standing("s0@a")
    assert (standing.state, standing.attempt, standing.touched) == (ActState.FAILED, 2, True)
