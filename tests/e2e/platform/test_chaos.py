"""A sample of `make chaos`: one command heals an `up` that broke on its way, and nothing is created twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import cut
from tests.e2e import rehearsal as r
from tests.e2e.chaos import breaks
from tests.e2e.new_app import declared

NAME = "broken"


@pytest.fixture
def new_app() -> Iterator[Path]:
    """Declare an app that is not there yet, so that an `up` creates objects of most types."""
    with declared(NAME) as folder:
        yield folder


def check_deployed_once() -> None:
    assert r.changes(r.up()) == []
    assert len(r.items("deployments", "-n", NAME)) == 1
    assert len(r.items("targetgroupbindings", "-n", NAME)) == 1


@pytest.mark.usefixtures("new_app")
@pytest.mark.parametrize(
    ("moment", "how"),
    [(r"route53:Record .* creating", "killed"), (r"TargetGroupBinding .* creating", "Ctrl-C twice")],
)
def test_an_up_that_was_cut_off_while_it_created_is_healed(moment: str, how: cut.How) -> None:
    assert cut.pulumi(*cut.UP, when=cut.Moment(moment), how=how).was_cut
    r.recover()
    r.up()
    check_deployed_once()


@pytest.mark.parametrize("part", ["API server", "emulator"])
def test_a_part_that_was_away_during_an_up_leaves_nothing_to_repair(part: str) -> None:
    breaks.change_settings()
    with breaks.away(part):
        r.pulumi(*cut.UP, check=False)
    r.rehearsal("up")
    assert r.changes(r.up()) == []


def test_a_wrong_port_is_corrected_although_no_pod_was_ever_ready(new_app: Path) -> None:
    """A Service that waited for its pods would time out in the refresh, and in each `up` before their correction."""
    server = new_app / "web" / "gunicorn.conf.py"
    right = server.read_text()
    wrong = right.replace("{os.environ.get('PORT', '8080')}", "9090")
    assert wrong != right
    server.write_text(wrong)
    assert cut.pulumi(*cut.UP, when=cut.Moment(r"Deployment .* creating", 20), how="Ctrl-C twice").was_cut
    assert r.pods("web", NAME), "the pods were not created before the cut"
    r.recover()
    server.write_text(right)
    r.pulumi("up", "--refresh", "--yes", "--skip-preview")
    check_deployed_once()
