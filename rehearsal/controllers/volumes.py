"""Dynamic volumes: a folder of this machine for every claim of the EBS storage class."""

import shutil
from pathlib import Path
from typing import Final

from rehearsal.controllers.api import Api, Object

PROVISIONER: Final = "ebs.csi.eks.amazonaws.com"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"


def waits(claim: Object, classes: dict[str, Object]) -> bool:
    """Whether a claim needs its volume now: at once, or as soon as a pod of it has a node."""
    spec = claim["spec"]
    storage_class = classes.get(spec.get("storageClassName"))
    if storage_class is None or spec.get("volumeName"):
        return False
    chosen = SELECTED_NODE in (claim["metadata"].get("annotations") or {})
    return chosen or storage_class.get("volumeBindingMode") == "Immediate"


def volume(claim: Object, storage_class: Object, folder: Path) -> Object:
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


def is_done_with(volume: Object) -> bool:
    annotations = volume["metadata"].get("annotations") or {}
    released = volume.get("status", {}).get("phase") == "Released"
    return (
        annotations.get(PROVISIONED_BY) == PROVISIONER
        and released
        and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    )


class Provisioner:
    """Makes and removes volumes, round by round."""

    def __init__(self, api: Api, folder: Path) -> None:
        self._api = api
        self._folder = folder

    def sync(self) -> None:
        classes = {
            c["metadata"]["name"]: c
            for c in self._api.items("storage.k8s.io/v1", "StorageClass")
            if c["provisioner"] == PROVISIONER
        }
        if classes:
            self._provision(classes)
        for done in filter(is_done_with, self._api.items("v1", "PersistentVolume")):
            self._api.delete("v1", "PersistentVolume", done["metadata"]["name"])
            shutil.rmtree(done["spec"]["hostPath"]["path"])

    def _provision(self, classes: dict[str, Object]) -> None:
        for claim in self._api.items("v1", "PersistentVolumeClaim"):
            if waits(claim, classes):
                made = volume(claim, classes[claim["spec"]["storageClassName"]], self._folder)
                path = Path(made["spec"]["hostPath"]["path"])
                path.mkdir(parents=True, exist_ok=True)
                # A pod's fsGroup does nothing for a host path.
                path.chmod(0o777)
                self._api.apply(made)
