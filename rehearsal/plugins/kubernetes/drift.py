"""The form in which the state keeps a live object."""

from typing import Final

from rehearsal.plugins.kubernetes.names import API_VERSION_KEY, INPUTS_KEY, MANAGER_KEY
from rehearsal.plugins.kubernetes.schema import READ_ONLY
from rehearsal.plugins.kubernetes.values import Object, mark, plain, without

# The annotations that controllers and kubectl add.
WRITTEN_BY_OTHERS: Final = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")


def outputs(inputs: Object, live: Object, marks: Object, manager: str) -> Object:
    """Return the live object and its inputs, both with secrets where `marks`, the program's own inputs, have them."""
    return mark(marks, without(live, "metadata", "managedFields")) | {
        INPUTS_KEY: mark(marks, inputs),
        API_VERSION_KEY: live["apiVersion"],
        MANAGER_KEY: manager,
    }


def parts(state: Object) -> tuple[Object, Object]:
    """Return the inputs and the live object of a state, both plain."""
    plain_state = plain(state)
    live = {key: value for key, value in plain_state.items() if key not in (INPUTS_KEY, API_VERSION_KEY, MANAGER_KEY)}
    return plain_state.get(INPUTS_KEY) or {}, live


def imported(live: Object) -> Object:
    """Return the inputs of an object that no program has declared yet."""
    inputs = {key: value for key, value in live.items() if key != "status"}
    for field in READ_ONLY:
        inputs = without(inputs, "metadata", field)
    for name in WRITTEN_BY_OTHERS:
        inputs = without(inputs, "metadata", "annotations", name)
    return inputs
