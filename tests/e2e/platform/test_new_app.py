"""Tests that the result of `make new-app` can be deployed unchanged."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e import rehearsal as r
from tests.e2e.new_app import declared

NAME = "shop"


@pytest.fixture
def new_app() -> Iterator[None]:
    with declared(NAME):
        yield


@pytest.mark.usefixtures("new_app")
def test_a_new_app_is_served() -> None:
    r.up()
    # Its name is not in this machine's hosts file.
    page = r.request("GET", r.SITE, headers={"Host": f"{NAME}.localhost"})
    assert page.status_code == 200
    assert f"apps/{NAME}/web" in page.text


def test_new_app_rejects_taken_and_invalid_names() -> None:
    refused = {"todo": "exists already", "No_Name": "got 'No_Name'", "": "Usage", "kube-shop": "is taken"}
    for name, reason in refused.items():
        done = subprocess.run(["make", "new-app", f"NAME={name}"], cwd=r.ROOT, check=False, capture_output=True, text=True)
        assert done.returncode != 0
        assert reason in done.stderr
    for name in ("No_Name", "kube-shop"):
        assert not (r.ROOT / "apps" / name).exists()
