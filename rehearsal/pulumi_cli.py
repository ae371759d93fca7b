"""The `pulumi` command and its language host: the rehearsal's, or with `PLUGINS=pulumi` Pulumi's own where they are installed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rehearsal import paths, toolchain
from rehearsal.plugins.language_python import CALLERS_PYTHONPATH

# The folder with the built command and the stand-in of its language host.
BIN: Final = paths.STATE / "bin"
# The folder beside Pulumi's own command, with neither of the two.
TOOLS_BIN: Final = paths.STATE / "bin-tools"


class DeploymentError(RuntimeError):
    """The program cannot be deployed; the text says why and how to fix it."""


def uses_pulumis_own() -> bool:
    """Return whether the variable PLUGINS asks for Pulumi's own command and plugins. Raise DeploymentError for another value."""
    value = os.environ.get("PLUGINS", "")
    if value not in ("", "pulumi"):
        raise DeploymentError(f"PLUGINS must be pulumi or unset, got {value}. Fix: make up PLUGINS=pulumi, or unset it")
    return value == "pulumi"


def callers_path() -> str:
    """Return the caller's PATH without the folders that the rehearsal puts in front of it."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder) not in (BIN, TOOLS_BIN))


def pulumis_own_command() -> str | None:
    """Return the path of Pulumi's own command if PLUGINS asks for it and it is installed."""
    return shutil.which("pulumi", path=callers_path()) if uses_pulumis_own() else None


def report_choice(say: Callable[[str], None]) -> None:
    """Say which command and language host run if PLUGINS asks for Pulumi's own: `sudo` may hide the command."""
    if command := pulumis_own_command():
        say(f"using {command} with its own language host")
    elif uses_pulumis_own():
        say(
            "using the built `pulumi` with the stand-in of its language host: no `pulumi` is on PATH. To use Pulumi's own, "
            'install it; if `sudo` resets PATH: sudo env "PATH=$PATH" make up PLUGINS=pulumi'
        )


def check_version() -> None:
    """Raise DeploymentError if Pulumi's own command is older than the SDK, which it serves."""
    if command := pulumis_own_command():
        variables = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
        version = subprocess.run([command, "version"], capture_output=True, text=True, check=False, env=variables).stdout.strip()
        numbers, required = ([int(n) for n in re.findall(r"\d+", text)[:3]] for text in (version, toolchain.PULUMI_VERSION))
        if numbers < required:
            raise DeploymentError(
                f"{command} must be version {toolchain.PULUMI_VERSION} or newer, got {version or 'none'}. "
                "Fix: install it (pulumi.com/docs/install), or unset PLUGINS"
            )


def search_path(tools: dict[str, Path]) -> str:
    """Return the PATH on which `pulumi` is the chosen command."""
    return f"{_tools_folder(tools) if pulumis_own_command() else bin_folder(tools)}{os.pathsep}{callers_path()}"


def _tools_folder(tools: dict[str, Path]) -> Path:
    TOOLS_BIN.mkdir(parents=True, exist_ok=True)
    _link(TOOLS_BIN / "buildctl", tools["buildctl"])
    return TOOLS_BIN


def bin_folder(tools: dict[str, Path]) -> Path:
    """Return a folder with `pulumi` and its Python language host, which `pulumi` searches first in its own folder."""
    BIN.mkdir(parents=True, exist_ok=True)
    # A copy: `pulumi` resolves links before it searches its folder.
    if not (BIN / "pulumi").exists() or (BIN / "pulumi").stat().st_mtime != tools["pulumi"].stat().st_mtime:
        shutil.copy2(tools["pulumi"], BIN / "pulumi")
    _link(BIN / "buildctl", tools["buildctl"])
    _link(BIN / "pulumi-language-python-exec", toolchain.language_exec_script())
    write_launcher(BIN / "pulumi-language-python", "rehearsal.plugins.language_python")
    return BIN


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink() or link.readlink() != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def write_launcher(path: Path, module: str) -> None:
    """Write an executable file that runs a module of the rehearsal."""
    # The plugin has its own PYTHONPATH; the caller's is for the program only.
    variables = f'{CALLERS_PYTHONPATH}="$PYTHONPATH" PYTHONPATH={paths.CHECKOUT}'
    path.write_text(f'#!/bin/sh\nexec env {variables} {sys.executable} -P -m {module} "$@"\n')
    path.chmod(0o755)


def pulumi(env: dict[str, str], *arguments: str, stdin: str = "", cwd: Path = paths.CHECKOUT) -> str:
    """Run a Pulumi command and return its output. Raise DeploymentError with its error output if it fails."""
    result = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=cwd,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise DeploymentError(f"pulumi {arguments[0]}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout
