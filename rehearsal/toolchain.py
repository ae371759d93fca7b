"""The tools that the rehearsal builds from their published Go modules and caches by their pins.

Each tool is a folder of `rehearsal/tools/` with its go.mod and go.sum. The other tools (kubectl,
aws, etcd, containerd, ...) come from the machine or from Debian.
No release binaries are downloaded: no package registry vouches for their checksums.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehearsal import paths

TOOLS: Final = Path(__file__).parent / "tools"
KUBERNETES_VERSION: Final = "1.35.4"
PULUMI_VERSION: Final = "3.259.0"
# Each build uses about one core.
PARALLEL_BUILDS: Final = 2


class ToolError(RuntimeError):
    """A tool is missing and could not be built."""


def _kubernetes_version() -> dict[str, str]:
    major, minor, _ = KUBERNETES_VERSION.split(".")
    values = {
        "gitVersion": f"v{KUBERNETES_VERSION}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
        "gitCommit": "unknown",
        "buildDate": "1970-01-01T00:00:00Z",
    }
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return {f"{package}.{name}": value for package in packages for name, value in values.items()}


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A Go module and the binaries that are built from it.

    Attributes:
        folder: The module's folder below `rehearsal/tools/`.
        packages: (name of the binary, Go package) of each binary.
        variables: (Go variable, value) of each variable that the linker sets (`-X`).
    """

    folder: str
    packages: tuple[tuple[str, str], ...]
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> Path:
        """Return the module's folder."""
        return TOOLS / self.folder


TOOL_TABLE: Final = (
    Tool(
        folder="kubernetes",
        packages=(("kubernetes", "."),),
        variables=tuple(_kubernetes_version().items()),
    ),
    Tool(
        folder="pulumi",
        packages=(("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),),
        variables=(("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", f"v{PULUMI_VERSION}"),),
    ),
    Tool(
        folder="pulumi-resource-aws",
        packages=(("pulumi-resource-aws", "."),),
        variables=(("google.golang.org/protobuf/reflect/protoregistry.conflictPolicy", "ignore"),),
    ),
    Tool(
        folder="pulumi-resource-docker-build",
        packages=(
            ("pulumi-resource-docker-build", "github.com/pulumi/pulumi-docker-build/provider/cmd/pulumi-resource-docker-build"),
        ),
        variables=(("github.com/pulumi/pulumi-docker-build/provider.Version", "0.0.22"),),
    ),
    Tool(
        folder="buildkit",
        packages=(("buildkitd", "github.com/moby/buildkit/cmd/buildkitd"), ("buildctl", "github.com/moby/buildkit/cmd/buildctl")),
    ),
    Tool(folder="coredns", packages=(("coredns", "."),)),
    Tool(folder="pause", packages=(("pause", "."),)),
)


def go_version() -> str:
    """Return the version of the machine's Go, such as `go1.26.1`. Raise ToolError if there is none."""
    go = shutil.which("go")
    if go is None:
        raise ToolError(
            "`go`, which builds the rehearsal's tools, is not on PATH. Fix: install Go 1.26 or newer (go.dev/doc/install)"
        )
    return subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True, env=_environment()).stdout.strip()


def _environment() -> dict[str, str]:
    return os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}


def pins(tool: Tool, go: str) -> str:
    """Return twelve hex digits that identify all inputs of a build."""
    digest = hashlib.sha256(repr((go, tool.packages, tool.variables)).encode())
    for path in sorted(p for p in tool.source.rglob("*") if p.is_file() and not p.name.endswith("_test.go")):
        digest.update(str(path.relative_to(tool.source)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def binaries(tool: Tool, go: str) -> dict[str, Path]:
    """Return the cached path of each binary of a tool, keyed by its name."""
    folder = paths.CACHE / f"{tool.folder}-{pins(tool, go)}"
    return {name: folder / name for name, _ in tool.packages}


def missing(go: str) -> list[Tool]:
    """Return the tools that are not in the cache."""
    return [tool for tool in TOOL_TABLE if not all(path.exists() for path in binaries(tool, go).values())]


def ensure(say: Callable[[str], None]) -> dict[str, Path]:
    """Build the missing tools, two in parallel, and return the path of each binary, keyed by its name.

    An interrupted build leaves no binary in the cache.
    """
    go = go_version()
    tools = missing(go)
    if tools:
        say(f"building {len(tools)} tools from their Go modules, two in parallel; expect about 20 minutes")
    with ThreadPoolExecutor(PARALLEL_BUILDS) as pool:
        for tool, _ in zip(tools, pool.map(lambda tool: _build(tool, go, say), tools), strict=True):
            say(f"{tool.folder} is built")
    return {name: path for tool in TOOL_TABLE for name, path in binaries(tool, go).items()}


def _build(tool: Tool, go: str, say: Callable[[str], None]) -> None:
    say(f"{tool.folder} ...")
    flags = " ".join(["-s", "-w", *(f"-X {name}={value}" for name, value in tool.variables)])
    for name, path in binaries(tool, go).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        new_file = path.with_name(f".{name}.new")
        command = ["go", "build", "-trimpath", "-ldflags", flags, "-o", str(new_file), dict(tool.packages)[name]]
        result = subprocess.run(command, cwd=tool.source, env=_environment(), capture_output=True, text=True, check=False)
        if result.returncode:
            raise ToolError(f"{tool.folder} could not be built: {result.stderr.strip()[-2000:]}")
        new_file.replace(path)


def language_exec_script() -> Path:
    """Return the path of Pulumi's start script for Python programs in its Go module."""
    command = ["go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"]
    result = subprocess.run(command, cwd=TOOLS / "pulumi", env=_environment(), capture_output=True, text=True, check=False)
    script = Path(result.stdout.strip()) / "python" / "cmd" / "pulumi-language-python-exec"
    if result.returncode or not script.exists():
        raise ToolError(f"Pulumi's Go module has no pulumi-language-python-exec: {result.stderr.strip()}")
    return script
