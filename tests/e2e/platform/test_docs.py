"""The shell blocks of the documentation that are marked `# on the rehearsal`, run as a person types them."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.documentation import shell_blocks
from tests.e2e import rehearsal as r

BLOCKS = [block for block in shell_blocks() if block.is_for_the_rehearsal]
TUTORIAL_APP = r.ROOT / "apps" / "hello"
STACK_FILE = r.ROOT / "Pulumi.rehearsal.yaml"


@pytest.fixture
def kept_checkout() -> Iterator[None]:
    """Leave the checkout and the stack as they were, also after a block that failed half-way."""
    before = STACK_FILE.read_text()
    try:
        yield
    finally:
        was_changed = STACK_FILE.read_text() != before or TUTORIAL_APP.exists()
        STACK_FILE.write_text(before)
        if was_changed:
            r.rehearsal("up")
        shutil.rmtree(TUTORIAL_APP, ignore_errors=True)


@pytest.mark.parametrize("page", sorted({block.page for block in BLOCKS}))
@pytest.mark.usefixtures("kept_checkout")
def test_the_commands_of_a_page_succeed(page: str) -> None:
    for block in (block for block in BLOCKS if block.page == page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=r.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=15 * r.MINUTES,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{block.text}\n{done.stdout[-4000:]}"
    assert not TUTORIAL_APP.exists()
