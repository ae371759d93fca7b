"""The built `pulumi` command for tests that run it without the rehearsal."""

from pathlib import Path

import pytest

from rehearsal import toolchain


@pytest.fixture(scope="session")
def built_pulumi() -> Path:
    """Return the `pulumi` command that the rehearsal builds. Skip the test if it is not built yet."""
    tool = next(tool for tool in toolchain.TOOL_TABLE if tool.folder == "pulumi")
    try:
        command = toolchain.binaries(tool, toolchain.go_version())["pulumi"]
    except toolchain.ToolError as error:
        pytest.skip(str(error))
    if not command.exists():
        pytest.skip("`pulumi` is not built yet: make up")
    return command
