"""What words of difficulty and of ease do: "trouble with", "can", "fine", "no longer", "anymore".

They settle the skill just named, where it stands close before them, or else set the scope for
what follows.
"""

from __future__ import annotations

from service.domain.reading.concern_scope import Named, Scope, State, near
from service.domain.reading.lexicon import Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
from service.domain.reading.types import Status

_AFTER_REACHES = 4


def take_trouble(match: Match, state: State, message: Message) -> None:
    """ "trouble with stairs", "stairs are hard", "no trouble with stairs" """
    last = state.sentence[-1] if state.sentence else None
    close = (
        last is not None
        and last.rule.kind is Kind.SKILL
        and match.first - last.match.last <= _AFTER_REACHES
        and not message.separated(last.match.last, match.first, Break.COMMA)
    )
    if state.scope is Scope.NOT and near(match, state, 3):
        if close:
            _deny_what_was_named(state)
        state.enter(Scope.NO_TROUBLE, match)
    elif state.scope in (Scope.LOST, Scope.OVER):
        state.enter(Scope.OVER, match)
    elif close and last is not None and last.status is None:
        for named in reversed(state.sentence):
            if named.status is not None or named.rule.kind is not Kind.SKILL:
                break
            named.status, named.marker = Status.PRESENT, match
        state.open()
    else:
        state.enter(Scope.TROUBLE, match)


def _deny_what_was_named(state: State) -> None:
    """ "running, jumping, no worries": all that was just named, up to what was told otherwise."""
    for named in reversed(state.sentence):
        if named.rule.kind is not Kind.SKILL:
            return
        # "cant skip, hands never been an issue": what stood before the comma reached too far
        if named.status is None or named.scope is Scope.NOT or named.carried:
            named.status, named.missing = Status.DENIED, False
        else:
            return


def take_worry(match: Match, state: State, message: Message) -> None:
    """ "handwriting is a train wreck": a cue for the whole clause; "no drama" is none."""
    marker = state.marker
    named_since = (
        bool(state.sentence)
        and marker is not None
        and (state.sentence[-1].match.first > marker.last)
    )
    close = marker is not None and match.first - marker.last <= 2 and not named_since
    if state.scope is Scope.NOT and close:
        take_trouble(match, state, message)
    elif state.scope is not Scope.NO_TROUBLE or not near(match, state, 3):
        state.cue = state.cue or match


def take_can(match: Match, state: State) -> None:
    """ "can run", "is not able to run" """
    if state.scope is Scope.LOST:
        state.at = match.last
        return
    state.told = True
    if state.scope is Scope.CANNOT and match.first <= state.at:
        return  # "is not able" and "able to" overlap: the first one has been understood
    denied = state.scope is Scope.NOT and near(match, state, 3)
    state.enter(Scope.CANNOT if denied else Scope.CAN, match)


def take_fine(match: Match, state: State, message: Message) -> None:
    """ "walks fine": the skills just named go well."""
    list_begins = 0
    for named in reversed(state.sentence):
        far = match.first - named.match.last > _AFTER_REACHES
        if named.rule.kind is not Kind.SKILL or far or named.match.first < list_begins:
            break
        if named.status is None:
            named.status = Status.DENIED
        elif named.scope in (Scope.NOT, Scope.CANNOT):
            named.missing = False
            if named.carried and match.first - named.match.last == 1:
                named.status = Status.DENIED
            break
        elif named.scope is Scope.TROUBLE and named.carried:
            # "batalla con las rutinas, caminar y correr muy bien": all since the comma
            named.status = Status.DENIED
            if message.tokens[named.match.first].before is not Break.NONE:
                list_begins = named.match.first
        else:
            break
    state.told = True
    if state.scope is not Scope.NOT:
        state.open()


def take_no_longer(match: Match, state: State) -> None:
    """ "no longer talks" is a lost skill; "no longer falls" is over."""
    if state.scope is Scope.NOT and near(match, state, 3):
        state.open()  # "he is not gonna quit spinning"
    else:
        state.enter(Scope.LOST, match)


def take_anymore(match: Match, state: State) -> None:
    """ "not falling anymore" is over; "not talking anymore" is a lost skill."""
    last = state.sentence[-1] if state.sentence else None
    if last is None or match.first - last.match.last > _AFTER_REACHES:
        return
    if last.rule.kind is Kind.SIGN and last.status is Status.DENIED:
        last.status = Status.OVER
    elif last.rule.kind is Kind.SKILL and last.missing:
        last.lost = True


def settle_question(asked_about: list[Named], answer: Match, message: Message) -> None:
    """ "balance? great", "sits still? never": a parent who asks and answers themselves."""
    status = _ANSWERS.get(answer.rule.kind)
    if status is None:
        return
    clause = message.clauses[asked_about[-1].match.last] if asked_about else 0
    for named in asked_about:
        # "walks well, runs well, dresses? NOT well": of what was asked last
        if named.rule.kind is Kind.SKILL and (
            named.status is None or message.clauses[named.match.last] == clause
        ):
            named.status, named.marker = status, answer


_ANSWERS = {
    Kind.FINE: Status.DENIED,
    Kind.CAN: Status.DENIED,
    Kind.NOT: Status.PRESENT,
    Kind.CANNOT: Status.PRESENT,
    Kind.WORRY: Status.PRESENT,
    Kind.TROUBLE: Status.PRESENT,
    Kind.NO_LONGER: Status.OVER,
}
