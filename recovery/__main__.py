"""`python -m recovery`: heal a stack after an `up` or a `destroy` that was cut off."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from recovery.kubernetes import Cluster
from recovery.lookup import Account, Live, Sought
from recovery.plan import AWS, KUBERNETES, Verdict, how, verdicts
from recovery.pulumi import Stack
from recovery.state import Pending, RecoveryError, State, lines, planned_creates


def main() -> None:
    parser = argparse.ArgumentParser(prog="recovery", description=__doc__)
    parser.add_argument("--stack", help="name of the stack; the selected one by default")
    parser.add_argument("--unlock", action="store_true", help="take away the lock: the process that holds it is gone")
    arguments = parser.parse_args()
    try:
        recover(Stack(arguments.stack), unlock=arguments.unlock)
    except (RecoveryError, BotoCoreError, ClientError) as error:
        sys.exit(f"error: {error}")


def recover(stack: Stack, *, unlock: bool) -> None:
    """Adopt the objects that the run created, remove the other pending creates, and refresh.

    Raise RecoveryError before any change if an object exists that is not provably of this stack.
    """
    state = State(stack.export())
    for line in state.interrupted:
        say(f"interrupted: {line}")
    decisions = judge(state, state.pending_creates)
    if unlock:
        stack.unlock()
    adopt(stack, state, decisions)
    stack.refresh()
    while lost := find_lost_creates(stack):
        adopt(stack, *lost)
        stack.refresh()


def judge(state: State, creates: Sequence[Pending]) -> list[Verdict]:
    decisions = list(verdicts(state, creates, LiveObjects(state)))
    refuse(decisions)
    return decisions


def find_lost_creates(stack: Stack) -> tuple[State, list[Verdict]] | None:
    """Return the creates of a preview whose objects exist already, although no operation is pending.

    A provider that is cancelled may report a failure after its call has succeeded; the engine forgets the create then.
    """
    say("looking for what the next `up` would create a second time")
    preview = stack.preview()
    if preview is None:
        say("`pulumi preview` fails, so only pending creates were recovered")
        return None
    state = State(stack.export())
    creates = [planned for planned in planned_creates(preview) if isinstance(how(planned.typ), Sought)]
    decisions = [verdict for verdict in judge(state, creates) if verdict.adoptions]
    return (state, decisions) if decisions else None


def adopt(stack: Stack, state: State, decisions: Sequence[Verdict]) -> None:
    for verdict in decisions:
        say(f"{verdict.pending.typ} {verdict.pending.name}: {verdict.text}")
    lives = [live for verdict in decisions for live in verdict.lives]
    for live in lives:
        live.finish()
    if decisions or state.interrupted:
        stack.replace(state.with_adopted(adoption for verdict in decisions for adoption in verdict.adoptions))
    for live in lives:
        live.wait()


class LiveObjects:
    """Finds the objects that a pending create may have created, in the account and cluster of its provider."""

    def __init__(self, state: State) -> None:
        aws = state.inputs_of("pulumi:providers:aws") or {}
        kubernetes = state.inputs_of("pulumi:providers:kubernetes")
        self._account = Account(aws.get("region"))
        self._default_tags = json.loads(aws.get("defaultTags", "{}")).get("tags", {})
        self._cluster = Cluster(kubernetes["kubeconfig"]) if kubernetes else None

    def __call__(self, pending: Pending) -> Iterable[Live]:
        if pending.typ.startswith(KUBERNETES):
            return self._cluster.find(pending.typ, pending.inputs) if self._cluster else ()
        sought = AWS[pending.typ]
        # Not every provider version keeps the sum of both kinds of tags in the inputs of every type.
        tags = self._default_tags | (pending.inputs.get("tags") or {})
        return sought.find(self._account, pending.inputs | {"tagsAll": tags}) if isinstance(sought, Sought) else ()


def refuse(decisions: Iterable[Verdict]) -> None:
    """Raise RecoveryError if a person must decide."""
    problems = [f"{verdict.pending.typ} {verdict.pending.name}: {verdict.text}" for verdict in decisions if verdict.foreign]
    if problems:
        raise RecoveryError(
            "these objects exist, and nothing proves that this stack created them:\n"
            + "\n".join(lines(problems))
            + "\nNothing was changed. Fix: delete or rename them, or rename the resource in the program; then recover again"
        )


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
