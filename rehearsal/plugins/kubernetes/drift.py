"""What the state keeps of a live object."""

from typing import Final

from rehearsal.plugins.kubernetes.names import API_VERSION_KEY, INPUTS_KEY, MANAGER_KEY
from rehearsal.plugins.kubernetes.schema import READ_ONLY
from rehearsal.plugins.kubernetes.values import Object, mark, plain, without

# What controllers and kubectl write beside the inputs.
WRITTEN_BY_OTHERS: Final = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")


def outputs(inputs: Object, live: Object, marks: Object, manager: str) -> Object:
    """Return the live object with its inputs, both secret wherever `marks`, the program's own inputs, are."""
    kept = without(live, "metadata", "managedFields")
    return mark(marks, kept) | {
        INPUTS_KEY: mark(marks, inputs),
        API_VERSION_KEY: live["apiVersion"],
        MANAGER_KEY: manager,
    }


def parts(state: Object) -> tuple[Object, Object]:
    """Return the inputs and the live object of a state, both plain."""
    known = plain(state)
    live = {key: value for key, value in known.items() if key not in (INPUTS_KEY, API_VERSION_KEY, MANAGER_KEY)}
    return known.get(INPUTS_KEY) or {}, live


def imported(live: Object) -> Object:
    """Return the inputs of an object that no program has declared yet."""
    found = {key: value for key, value in live.items() if key != "status"}
    for field in READ_ONLY:
        found = without(found, "metadata", field)
    for name in WRITTEN_BY_OTHERS:
        found = without(found, "metadata", "annotations", name)
    return found
