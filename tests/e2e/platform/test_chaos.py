"""A sample of `make chaos`: what breaks on the way is healed by `make up`, and nothing is made twice."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e import cut
from tests.e2e import rehearsal as r
from tests.e2e.chaos import breaks
from tests.e2e.systems import deployed

NAME = "broken"
FOLDER = r.ROOT / "apps" / NAME


@pytest.fixture
def new_app() -> Iterator[None]:
    """Declare an app that is not there yet, so that an `up` creates objects of most types."""
    subprocess.run(["make", "new-app", f"NAME={NAME}"], cwd=r.ROOT, check=True, capture_output=True)
    try:
        r.pulumi("config", "set", "--path", f"slipway:apps[{len(deployed())}]", NAME)
        yield
    finally:
        shutil.rmtree(FOLDER)
        r.rehearsal("up")


def heals() -> None:
    # `make up` would take the app out again: it begins with the settings of the checkout.
    r.rehearsal("run", "--", "make", "recover", "UNLOCK=yes")
    r.up()
    assert r.changes(r.up()) == []
    assert len(r.items("deployments", "-n", NAME)) == 1
    assert len(r.items("targetgroupbindings", "-n", NAME)) == 1


@pytest.mark.usefixtures("new_app")
@pytest.mark.parametrize(
    ("moment", "how"),
    [(r"route53:Record .* creating", "killed"), (r"TargetGroupBinding .* creating", "Ctrl-C twice")],
)
def test_an_up_that_was_cut_off_while_it_created_is_healed(moment: str, how: cut.How) -> None:
    assert cut.pulumi(*cut.UP, when=cut.seen(moment), how=how).was_cut
    heals()


@pytest.mark.parametrize("part", ["API server", "emulator"])
def test_what_was_away_for_a_while_in_the_middle_of_an_up_leaves_nothing_to_repair(part: str) -> None:
    r.pulumi("config", "set", "slipway:replicas_per_zone", "2")
    thread = breaks.away(part)()
    r.pulumi(*cut.UP, check=False)
    thread.join()
    r.rehearsal("up")
    assert r.changes(r.up()) == []
