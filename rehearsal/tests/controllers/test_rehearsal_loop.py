"""Tests of the controllers' watches on the rehearsal's API server."""

import queue
import subprocess
import threading
import uuid

import pytest

from rehearsal import paths
from rehearsal.controllers.api import Api

pytestmark = pytest.mark.rehearsal
QUIET_SECONDS = 5.0


def kubectl(*words: str) -> None:
    subprocess.run(["kubectl", "--kubeconfig", str(paths.KUBECONFIG), *words], check=True, capture_output=True)


def test_a_watch_outlasts_a_quiet_time_and_reports_the_next_change() -> None:
    # Without a resource version, Debian's etcd lets the watch end with 504 after three seconds.
    events: queue.Queue[str] = queue.Queue()

    def collect() -> None:
        try:
            for _ in Api(str(paths.KUBECONFIG)).changes("v1", "ResourceQuota", 120):
                events.put("change")
        except Exception as error:  # a thread's error fails no test
            events.put(repr(error))

    threading.Thread(target=collect, daemon=True).start()
    with pytest.raises(queue.Empty):
        assert events.get(timeout=QUIET_SECONDS) == "", "no object of this kind exists"
    name = f"watched-{uuid.uuid4().hex[:6]}"
    kubectl("create", "quota", name, "--hard=pods=100")
    try:
        assert events.get(timeout=QUIET_SECONDS) == "change"
    finally:
        kubectl("delete", "quota", name)
