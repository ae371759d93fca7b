"""Pulumi's Python language host: starts programs, and policy packs, in the virtual environment that Pulumi.yaml names."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from rehearsal.plugins.serving import serve

# What pulumi-language-python-exec ends with when it has told the engine of the error already.
BAIL = 32


def exec_script() -> Path:
    """Pulumi's start script, which lies beside the `pulumi` command."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if (script := Path(folder) / "pulumi-language-python-exec").exists():
            return script
    raise FileNotFoundError("pulumi-language-python-exec is not on PATH")


def interpreter(root: str, options: dict[str, Any]) -> str:
    """The Python of the project's virtual environment; without one, this one."""
    if not (name := options.get("virtualenv")):
        return sys.executable
    python = Path(root, name, "bin", "python")
    if not python.exists():
        raise FileNotFoundError(f"Pulumi.yaml names the virtual environment {name}, but there is no {python}. Make it: make venv")
    return str(python)


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto"""

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """None: all plugins are installed beforehand, and nothing may be downloaded."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPluginsResponse()

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.GetProgramDependenciesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return language_pb2.RuntimeOptionsResponse()

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        try:
            python = interpreter(request.info.root_directory, MessageToDict(request.info.options))
            command = [python, "-u", str(exec_script()), *self._arguments(request)]
        except FileNotFoundError as error:
            return language_pb2.RunResponse(error=str(error))
        environment = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        done = subprocess.run(command, cwd=request.info.program_directory, env=_program_environment() | environment, check=False)
        if done.returncode in (0, BAIL):
            return language_pb2.RunResponse(bail=done.returncode == BAIL)
        return language_pb2.RunResponse(error=f"Program exited with non-zero exit code: {done.returncode}")

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
        return [part for pair in values.items() for part in pair] + [request.info.entry_point or "."]

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        """A policy pack: what it prints goes to the engine as it comes."""
        python = interpreter(request.info.program_directory, MessageToDict(request.info.options))
        process = subprocess.Popen(
            [python, "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory],
            cwd=request.pwd,
            env=dict(entry.split("=", 1) for entry in request.env) or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(process.terminate)
        printed: queue.Queue[tuple[str, bytes]] = queue.Queue()
        for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
            threading.Thread(target=_pump, args=(name, stream, printed), daemon=True).start()
        ended = 0
        while ended < 2:
            name, text = printed.get()
            ended += not text
            if text:
                yield language_pb2.RunPluginResponse(**{name: text})
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def _pump(name: str, stream: IO[bytes], printed: "queue.Queue[tuple[str, bytes]]") -> None:
    """Ends with an empty text."""
    while text := stream.read1(65536):  # type: ignore[attr-defined]
        printed.put((name, text))
    printed.put((name, b""))


def _program_environment() -> dict[str, str]:
    """This process's environment without what belongs to its own Python."""
    return {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH"}}


def main() -> None:
    engine = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(engine), server))


if __name__ == "__main__":
    main()
