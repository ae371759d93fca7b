"""Tests of building and caching tools."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal import paths, toolchain

MODULE = "module example.test/hello\n\ngo 1.21\n"
PROGRAM = 'package main\n\nfunc main() { println("hello") }\n'


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> toolchain.Tool:
    source = tmp_path / "tools" / "hello"
    source.mkdir(parents=True)
    (source / "go.mod").write_text(MODULE)
    (source / "main.go").write_text(PROGRAM)
    hello = toolchain.Tool(folder="hello", packages=(("hello", "."),))
    monkeypatch.setattr(toolchain, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr(toolchain, "TOOL_TABLE", (hello,))
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    return hello


def quiet(_: str) -> None:
    pass


def test_a_missing_tool_is_built_and_runs(tool: toolchain.Tool) -> None:
    binary = toolchain.ensure(quiet)["hello"]
    assert subprocess.run([binary], capture_output=True, text=True, check=True).stderr == "hello\n"


def test_a_cached_tool_is_not_built_again(tool: toolchain.Tool) -> None:
    toolchain.ensure(quiet)
    said: list[str] = []
    toolchain.ensure(said.append)
    assert said == []


def test_an_interrupted_build_is_repeated(tool: toolchain.Tool) -> None:
    binary = toolchain.ensure(quiet)["hello"]
    binary.replace(binary.with_name(".hello.new"))
    assert toolchain.missing(toolchain.go_version()) == [tool]
    assert toolchain.ensure(quiet)["hello"].exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda source: (source / "go.mod").write_text(MODULE.replace("1.21", "1.22")), id="another go.mod"),
        pytest.param(lambda source: (source / "main.go").write_text(PROGRAM.replace("hello", "bye")), id="another source"),
    ],
)
def test_every_input_of_a_build_changes_its_pins(tool: toolchain.Tool, change: Callable[[Path], object]) -> None:
    before = toolchain.pins(tool, "go1.26.8")
    change(tool.source)
    assert toolchain.pins(tool, "go1.26.8") != before


def test_another_version_of_go_changes_the_pins(tool: toolchain.Tool) -> None:
    assert toolchain.pins(tool, "go1.26.8") != toolchain.pins(tool, "go1.27.0")


def test_a_tool_that_does_not_compile_is_reported_with_the_compiler_output(tool: toolchain.Tool) -> None:
    (tool.source / "main.go").write_text("package main\n\nfunc main() { nothing() }\n")
    with pytest.raises(toolchain.ToolError, match=r"(?s)hello could not be built.*undefined: nothing"):
        toolchain.ensure(quiet)
    assert toolchain.missing(toolchain.go_version()) == [tool]


def test_every_tool_of_the_table_is_a_pinned_go_module() -> None:
    for tool in toolchain.TOOL_TABLE:
        assert (tool.source / "go.mod").is_file()
