"""A Python language host for Pulumi: it runs programs in the virtual environment that Pulumi.yaml names."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from rehearsal.plugins.serving import serve

# The exit code of pulumi-language-python-exec after it has reported the error to the engine.
BAIL_EXIT_CODE: Final = 32
# The variable in which the launcher keeps the caller's PYTHONPATH for the program.
CALLERS_PYTHONPATH: Final = "SLIPWAY_CALLERS_PYTHONPATH"
# The variables of this process's own Python, which the program must not inherit.
INTERPRETER_VARIABLES: Final = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", CALLERS_PYTHONPATH})


class SetupError(RuntimeError):
    """The program's Python cannot be found; the text says how to fix it."""


def exec_script() -> Path:
    """Return the path of Pulumi's start script, which is beside the `pulumi` command. Raise SetupError if it is missing."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if (script := Path(folder) / "pulumi-language-python-exec").exists():
            return script
    raise SetupError("pulumi-language-python-exec is not on PATH: it belongs beside `pulumi`")


def virtual_environment(root: str, options: dict[str, Any]) -> Path | None:
    """Return the folder of the project's virtual environment, or None if the project names none.

    Raise SetupError if the folder has no Python or the project names a toolchain other than pip.
    """
    if (toolchain := options.get("toolchain", "pip")) != "pip":
        raise SetupError(f"toolchain must be pip, got {toolchain}. Fix: set toolchain: pip in Pulumi.yaml")
    if not (name := options.get("virtualenv")):
        return None
    folder = Path(root, name)
    if not (folder / "bin" / "python").exists():
        raise SetupError(f"Pulumi.yaml names the virtual environment {name}, but there is no {folder}/bin/python. Fix: make venv")
    return folder


def program_environment(inherited: dict[str, str], venv: Path | None) -> dict[str, str]:
    """Return the environment variables of a shell in which the virtual environment is active, with the caller's PYTHONPATH.

    Source: ActivateVirtualEnv in https://github.com/pulumi/pulumi/blob/master/sdk/python/toolchain/toolchain.go
    """
    variables = {key: value for key, value in inherited.items() if key not in INTERPRETER_VARIABLES}
    if callers_path := inherited.get(CALLERS_PYTHONPATH):
        variables["PYTHONPATH"] = callers_path
    if venv is None:
        return variables
    return variables | {"VIRTUAL_ENV": str(venv), "PATH": f"{venv / 'bin'}{os.pathsep}{variables.get('PATH', '')}"}


def python(venv: Path | None) -> str:
    """Return the path of the Python that runs the program."""
    return str(venv / "bin" / "python") if venv else sys.executable


def required_plugins(venv: Path) -> list[dict[str, str]]:
    """Return name, version and, if set, server of each plugin that a package of the environment names.

    Raise SetupError if the environment has no pip, with which Pulumi's own host lists the packages.
    """
    packages = next(iter(venv.glob("lib/python*/site-packages")), venv)
    if not (packages / "pip").is_dir():
        raise SetupError(f"Pulumi's language host lists packages with pip, but {venv} has none. Fix: make venv")
    plugins = [json.loads(path.read_text()) for path in sorted(packages.glob("*/pulumi-plugin.json"))]
    keys = ("name", "version", "server")
    return [{key: plugin[key] for key in keys if plugin.get(key)} for plugin in plugins if plugin.get("resource")]


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """The language host.

    Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
    """

    def __init__(self, engine: str) -> None:
        """Use the engine at an address."""
        self._engine = engine
        self._running: set[subprocess.Popen[bytes]] = set()

    def stop(self) -> None:
        """Stop the programs that still run: without an engine they can only fail."""
        for process in list(self._running):
            process.terminate()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Return the plugins that the program's packages name, as Pulumi's host does: the engine compares the installed ones."""
        try:
            venv = virtual_environment(request.info.root_directory, MessageToDict(request.info.options))
            plugins = required_plugins(venv) if venv else []
        except SetupError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        packages = [
            plugin_pb2.PackageDependency(
                kind="resource", name=plugin["name"], version=plugin.get("version", ""), server=plugin.get("server", "")
            )
            for plugin in plugins
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPluginsResponse()

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.GetProgramDependenciesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "this language host does not install dependencies. Fix: make venv")

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Reject plugins that are Python programs, such as policy packs, which Pulumi's own host runs."""
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "the rehearsal's language host runs no plugins in Python, such as policy packs. "
            "Fix: install Pulumi's own command (pulumi.com/docs/install), then set PLUGINS=pulumi",
        )

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        try:
            venv = virtual_environment(request.info.root_directory, MessageToDict(request.info.options))
            command = [python(venv), "-u", str(exec_script()), *self._arguments(request)]
        except SetupError as error:
            return language_pb2.RunResponse(error=str(error))
        environment = program_environment(dict(os.environ), venv) | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        process = subprocess.Popen(command, cwd=request.info.program_directory, env=environment)
        code = self._wait(process)
        if code in (0, BAIL_EXIT_CODE):
            return language_pb2.RunResponse(bail=code == BAIL_EXIT_CODE)
        return language_pb2.RunResponse(error=f"Program exited with non-zero exit code: {code}")

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        self._running.add(process)
        try:
            return process.wait()
        finally:
            self._running.discard(process)

    def _arguments(self, request: Any) -> list[str]:
        values = {
            "--monitor": request.monitor_address,
            "--engine": self._engine,
            "--project": request.project,
            "--root_directory": request.info.root_directory,
            "--stack": request.stack,
            "--pwd": request.pwd,
            "--dry_run": str(request.dryRun).lower(),
            "--parallel": str(request.parallel),
            "--tracing": "",
            "--organization": request.organization,
        }
        return [part for pair in values.items() for part in pair] + [request.info.entry_point or ".", *request.args]


def main() -> None:
    """Serve the engine until it ends."""
    host = Host(next((argument for argument in sys.argv[1:] if not argument.startswith("-")), ""))
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server), host.stop)


if __name__ == "__main__":
    main()
