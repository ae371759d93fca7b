"""Pulumi's Python language host: starts programs, and policy packs, in the virtual environment that Pulumi.yaml names."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from rehearsal.plugins.serving import serve

# What pulumi-language-python-exec ends with when it has told the engine of the error already.
BAIL: Final = 32
# Where the launcher puts the caller's PYTHONPATH, which is for the program.
CALLERS_PYTHONPATH: Final = "SLIPWAY_CALLERS_PYTHONPATH"
# What belongs to this process's own Python.
OWN: Final = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", CALLERS_PYTHONPATH})


class SetupError(RuntimeError):
    """The program's Python cannot be found; the text says what to do."""


def exec_script() -> Path:
    """Pulumi's start script, which lies beside the `pulumi` command."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if (script := Path(folder) / "pulumi-language-python-exec").exists():
            return script
    raise SetupError("pulumi-language-python-exec is not on PATH: it belongs beside `pulumi`")


def virtual_environment(root: str, options: dict[str, Any]) -> Path | None:
    """The folder that the project names, relative to its root."""
    if (toolchain := options.get("toolchain", "pip")) != "pip":
        raise SetupError(f"this language host knows no toolchain {toolchain!r}. Set toolchain: pip in Pulumi.yaml")
    if not (name := options.get("virtualenv")):
        return None
    folder = Path(root, name)
    if not (folder / "bin" / "python").exists():
        raise SetupError(
            f"Pulumi.yaml names the virtual environment {name}, but there is no {folder}/bin/python. Make it: make venv"
        )
    return folder


def program_environment(inherited: dict[str, str], venv: Path | None) -> dict[str, str]:
    """Return the environment of a shell in which the virtual environment is active; the caller's PYTHONPATH counts there, too.

    Source: ActivateVirtualEnv in https://github.com/pulumi/pulumi/blob/master/sdk/python/toolchain/toolchain.go
    """
    kept = {key: value for key, value in inherited.items() if key not in OWN}
    if callers := inherited.get(CALLERS_PYTHONPATH):
        kept["PYTHONPATH"] = callers
    if venv is None:
        return kept
    return kept | {"VIRTUAL_ENV": str(venv), "PATH": f"{venv / 'bin'}{os.pathsep}{kept.get('PATH', '')}"}


def python(venv: Path | None) -> str:
    return str(venv / "bin" / "python") if venv else sys.executable


def required_plugins(venv: Path) -> list[dict[str, str]]:
    """Return name, version and, if it has one, server of each plugin that a package of the environment names.

    Raise SetupError if the environment has no pip, by which Pulumi's own host lists the packages.
    """
    packages = next(iter(venv.glob("lib/python*/site-packages")), venv)
    if not (packages / "pip").is_dir():
        raise SetupError(f"Pulumi's language host lists packages by pip, but {venv} has none. Make it: make venv")
    named = [json.loads(path.read_text()) for path in sorted(packages.glob("*/pulumi-plugin.json"))]
    kept = ("name", "version", "server")
    return [{key: each[key] for key in kept if each.get(key)} for each in named if each.get("resource")]


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto"""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._running: set[subprocess.Popen[bytes]] = set()

    def stop(self) -> None:
        """Ends the programs that still run: without an engine they can only fail."""
        for process in list(self._running):
            process.terminate()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Answer with the plugins that the program's packages name, as Pulumi's host: the engine compares what is installed."""
        try:
            venv = virtual_environment(request.info.root_directory, MessageToDict(request.info.options))
            found = required_plugins(venv) if venv else []
        except SetupError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        packages = [plugin_pb2.PackageDependency(kind="resource", **each) for each in found]
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
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED, "this language host installs nothing. Make the virtual environment: make venv"
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
        code = self._end_of(process)
        if code in (0, BAIL):
            return language_pb2.RunResponse(bail=code == BAIL)
        return language_pb2.RunResponse(error=f"Program exited with non-zero exit code: {code}")

    def _end_of(self, process: subprocess.Popen[bytes]) -> int:
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

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        """A policy pack, or a plugin written in Python: what it prints goes to the engine as it comes."""
        program = request.info.program_directory
        try:
            venv = virtual_environment(program, MessageToDict(request.info.options))
        except SetupError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        start = ["-m", "pulumi.policy", *request.args, program] if request.kind == "analyzer" else [program, *request.args]
        process = subprocess.Popen(
            [python(venv), "-u", *start],
            cwd=request.pwd,
            env=program_environment(dict(entry.split("=", 1) for entry in request.env) or dict(os.environ), venv),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(process.terminate)
        yield from _printed(process)
        yield language_pb2.RunPluginResponse(exitcode=self._end_of(process))


def _printed(process: subprocess.Popen[bytes]) -> Iterator[Any]:
    """Both streams, in the order in which the texts came."""
    texts: queue.Queue[Any] = queue.Queue()
    for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
        threading.Thread(target=_pump, args=(name, stream, texts), daemon=True).start()
    ended = 0
    while ended < 2:
        response = texts.get()
        if response is None:
            ended += 1
        else:
            yield response


def _pump(name: str, stream: IO[bytes], texts: "queue.Queue[Any]") -> None:
    """Ends with None."""
    while text := stream.read1(65536):  # type: ignore[attr-defined]
        response = (
            language_pb2.RunPluginResponse(stdout=text) if name == "stdout" else language_pb2.RunPluginResponse(stderr=text)
        )
        texts.put(response)
    texts.put(None)


def main() -> None:
    host = Host(next((argument for argument in sys.argv[1:] if not argument.startswith("-")), ""))
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server), host.stop)


if __name__ == "__main__":
    main()
