"""The controller of volumes: a folder of this machine for every claim of the EBS storage class."""

import shutil
from pathlib import Path
from typing import Final

from rehearsal.controllers.api import Api, Object
from rehearsal.controllers.loop import RESYNC_SECONDS

KINDS: Final = (("storage.k8s.io/v1", "StorageClass"), ("v1", "PersistentVolume"), ("v1", "PersistentVolumeClaim"))
PROVISIONER: Final = "ebs.csi.eks.amazonaws.com"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"


def needs_volume(claim: Object, classes: dict[str, Object]) -> bool:
    """Return whether a claim needs its volume now: its class binds immediately, or a pod that uses it has a node."""
    spec = claim["spec"]
    storage_class = classes.get(spec.get("storageClassName"))
    if storage_class is None or spec.get("volumeName"):
        return False
    has_node = SELECTED_NODE in (claim["metadata"].get("annotations") or {})
    return has_node or storage_class.get("volumeBindingMode") == "Immediate"


def persistent_volume(claim: Object, storage_class: Object, folder: Path) -> Object:
    """Return the PersistentVolume of a claim, with its data below `folder`."""
    meta, spec = claim["metadata"], claim["spec"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"pvc-{meta['uid']}", "annotations": {PROVISIONED_BY: PROVISIONER}},
        "spec": {
            "capacity": spec["resources"]["requests"],
            "accessModes": spec["accessModes"],
            "storageClassName": spec["storageClassName"],
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "hostPath": {"path": str(folder / f"pvc-{meta['uid']}"), "type": "Directory"},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                **{key: meta[key] for key in ("namespace", "name", "uid")},
            },
        },
    }


def is_deletable(volume: Object) -> bool:
    """Return whether the volume is one of ours, is released, and is to be deleted by its policy."""
    annotations = volume["metadata"].get("annotations") or {}
    released = volume.get("status", {}).get("phase") == "Released"
    return (
        annotations.get(PROVISIONED_BY) == PROVISIONER
        and released
        and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    )


class Provisioner:
    """Creates and deletes the volumes of the EBS storage class."""

    def __init__(self, api: Api, folder: Path) -> None:
        """Use a Kubernetes client; keep the volumes' data below `folder`."""
        self._api = api
        self._folder = folder

    def sync(self) -> float:
        """Create the volumes that claims need, and delete the released ones with their data. Return the interval."""
        classes = {
            storage_class["metadata"]["name"]: storage_class
            for storage_class in self._api.items("storage.k8s.io/v1", "StorageClass")
            if storage_class["provisioner"] == PROVISIONER
        }
        if classes:
            self._provision(classes)
        for volume in filter(is_deletable, self._api.items("v1", "PersistentVolume")):
            self._api.delete("v1", "PersistentVolume", volume["metadata"]["name"])
            shutil.rmtree(volume["spec"]["hostPath"]["path"])
        return RESYNC_SECONDS

    def _provision(self, classes: dict[str, Object]) -> None:
        for claim in self._api.items("v1", "PersistentVolumeClaim"):
            if needs_volume(claim, classes):
                volume = persistent_volume(claim, classes[claim["spec"]["storageClassName"]], self._folder)
                path = Path(volume["spec"]["hostPath"]["path"])
                path.mkdir(parents=True, exist_ok=True)
                # Kubernetes does not apply a pod's fsGroup to a host path.
                path.chmod(0o777)
                self._api.apply(volume)
