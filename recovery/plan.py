"""What becomes of each pending create: adopted, forgotten, or a decision of a person."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recovery.edge import EDGE
from recovery.lookup import Live, NotSought, Sought
from recovery.network import NETWORK
from recovery.services import SERVICES
from recovery.state import Adoption, Pending, State

AWS: Final[dict[str, Sought | NotSought]] = {**NETWORK, **SERVICES, **EDGE}
KUBERNETES: Final = "kubernetes:"
PROVIDER: Final = "pulumi:providers:"
# In the cluster a name is free again only when its object is gone.
IN_CLUSTER: Final = Sought(find=lambda *_: (), is_exclusive=False)
# One target group takes one binding, whatever its name.
BINDING: Final = "TargetGroupBinding"

Look = Callable[[Pending], Iterable[Live]]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    pending: Pending
    text: str
    """What is done and why, for people."""
    adoptions: tuple[Adoption, ...] = ()
    lives: tuple[Live, ...] = ()
    foreign: tuple[Live, ...] = ()
    """What is there and not ours, in the way of the create."""


def how(typ: str) -> Sought | NotSought | None:
    """Return how pending creates of a type are resolved; None for a type that nobody has thought of."""
    if typ.startswith(KUBERNETES):
        return Sought(find=IN_CLUSTER.find, is_exclusive=typ.endswith(BINDING))
    if typ.startswith(PROVIDER):
        return NotSought(reason="a provider is nothing but a configuration")
    if typ.startswith("slipway:") or typ == "pulumi:pulumi:Stack":
        return NotSought(reason="a component is nothing but its parts")
    return AWS.get(typ)


def verdicts(state: State, creates: Sequence[Pending], look: Look) -> Iterator[Verdict]:
    """Yield a verdict for each create; the latest of several of one URN counts first."""
    taken: list[Adoption] = []
    for pending in reversed(creates):
        verdict = _verdict(state, pending, look, taken)
        taken += verdict.adoptions
        yield verdict


def _verdict(state: State, pending: Pending, look: Look, taken: list[Adoption]) -> Verdict:
    resolution = how(pending.typ)
    if resolution is None:
        return Verdict(
            pending=pending,
            text="nobody knows how to look for this type: look by hand, and delete it if it is there",
            foreign=(Live(id="unknown", is_ours=False),),
        )
    if isinstance(resolution, NotSought):
        return Verdict(pending=pending, text=f"forgotten: {resolution.reason}")
    # Objects of two kinds may have one name.
    known = state.ids(pending.typ) | {each.resource_id for each in taken if each.pending.typ == pending.typ}
    found = [live for live in look(pending) if live.id not in known]
    foreign = tuple(live for live in found if not live.is_ours)
    if foreign:
        return Verdict(pending=pending, foreign=foreign, text=f"not ours: {', '.join(live.id for live in foreign)}")
    if not found:
        return Verdict(pending=pending, text="forgotten: it was not made, or is in the state already")
    # Of several, what others were built upon is the one; the rest was left over by earlier runs.
    found.sort(key=lambda live: not state.mentions(live.id))
    is_known = state.has(pending.urn) or pending.urn in {each.pending.urn for each in taken}
    adoptions = tuple(
        Adoption(
            pending=pending,
            resource_id=live.id,
            outputs=live.outputs,
            replaces=is_known and resolution.is_exclusive and number == 0,
        )
        for number, live in enumerate(found)
    )
    what = "adopted" if not is_known else "adopted in place of its predecessor" if resolution.is_exclusive else "left over"
    return Verdict(
        pending=pending, text=f"{what}: {', '.join(live.id for live in found)}", adoptions=adoptions, lives=tuple(found)
    )
