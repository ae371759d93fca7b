"""What the engine asks before it changes anything: the inputs in full, and what differs from them."""

from rehearsal.plugins.kubernetes import names
from rehearsal.plugins.kubernetes.answers import ProviderError
from rehearsal.plugins.kubernetes.cluster import Cluster, address
from rehearsal.plugins.kubernetes.connection import ClusterError
from rehearsal.plugins.kubernetes.diff import REPLACE_UNREADY, Compared, Difference, difference
from rehearsal.plugins.kubernetes.drift import parts
from rehearsal.plugins.kubernetes.readiness import FailedError, View, job
from rehearsal.plugins.kubernetes.values import Object, dig, mark, plain, replaced


class Checks:
    """`namespace`: where objects are whose inputs name none."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace

    def checked(self, urn: str, seed: bytes, old: Object, new: Object) -> Object:
        """Return the new inputs with a name and a namespace, in the server's form, and secret where they are."""
        inputs = self._cluster.connection.schema.normalised(plain(new))
        if names.is_patch(urn) and not names.is_named(inputs):
            raise ProviderError("patch resources require the `.metadata.name` field to be set")
        if "generateName" in inputs.get("metadata", {}) and not names.is_named(inputs):
            raise ProviderError("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
        inputs = names.with_name(urn, seed, old, inputs)
        if not dig(inputs, "metadata", "namespace") and self._is_namespaced(inputs):
            inputs = replaced(inputs, self._namespace, "metadata", "namespace")
        return mark(new, inputs)

    def difference(self, urn: str, state: Object, new: Object, ignored: list[str]) -> Difference:
        """Compare the live object in the state with the new inputs; a Job that is to be made anew, as it is now."""
        normalised = self._cluster.connection.schema.normalised
        inputs, live = parts(state)
        wanted = normalised(plain(new))
        compared = Compared(
            inputs=normalised(inputs),
            live=live,
            new=wanted,
            namespaced=self._is_namespaced(wanted),
            patch=names.is_patch(urn),
        )
        unready = names.annotation(wanted, REPLACE_UNREADY) == "true" and wanted.get("kind") == "Job" and self._is_unready(live)
        return difference(compared, ignored=ignored, unready=unready)

    def _is_unready(self, live: Object) -> bool:
        """Return whether the Job is there and has not completed: one that still runs counts, one that is gone does not."""
        try:
            now = self._cluster.get(*address(live))
            return now is not None and job(now, View(cluster=self._cluster)) is not None
        except FailedError:
            return True
        except ClusterError:
            return False

    def _is_namespaced(self, inputs: Object) -> bool:
        try:
            return self._cluster.is_namespaced(str(inputs.get("apiVersion")), str(inputs.get("kind")))
        except ClusterError:
            return True
