"""The operations that change nothing: completing a resource's inputs, and comparing them with the state."""

from rehearsal.plugins.kubernetes import names
from rehearsal.plugins.kubernetes.answers import ProviderError
from rehearsal.plugins.kubernetes.cluster import Cluster, address
from rehearsal.plugins.kubernetes.connection import ClusterError
from rehearsal.plugins.kubernetes.diff import REPLACE_UNREADY, Comparison, Difference, difference
from rehearsal.plugins.kubernetes.drift import parts
from rehearsal.plugins.kubernetes.readiness import FailedError, View, job
from rehearsal.plugins.kubernetes.values import Object, dig, mark, plain, replaced


class Checks:
    """Checks and differences of a cluster's resources."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        """Use a cluster. `namespace` is the namespace of objects whose inputs name none."""
        self._cluster = cluster
        self._namespace = namespace

    def checked(self, urn: str, seed: bytes, old: Object, new: Object) -> Object:
        """Return the new inputs with a name and a namespace, in the server's form. Secrets stay secret."""
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
        """Compare the live object in the state with the new inputs. Read a Job with `replaceUnready` from the cluster."""
        normalised = self._cluster.connection.schema.normalised
        inputs, live = parts(state)
        new_inputs = normalised(plain(new))
        comparison = Comparison(
            inputs=normalised(inputs),
            live=live,
            new=new_inputs,
            namespaced=self._is_namespaced(new_inputs),
            patch=names.is_patch(urn),
        )
        replaces_unready = names.annotation(new_inputs, REPLACE_UNREADY) == "true" and new_inputs.get("kind") == "Job"
        return difference(comparison, ignored=ignored, unready=replaces_unready and self._is_unready(live))

    def _is_unready(self, live: Object) -> bool:
        """Return whether the Job exists and has not completed; a running Job is unready."""
        try:
            current = self._cluster.get(*address(live))
            return current is not None and job(current, View(cluster=self._cluster)) is not None
        except FailedError:
            return True
        except ClusterError:
            return False

    def _is_namespaced(self, inputs: Object) -> bool:
        try:
            return self._cluster.is_namespaced(str(inputs.get("apiVersion")), str(inputs.get("kind")))
        except ClusterError:
            return True
