"""Tests that the AWS plugin serves the types of the installed pulumi_aws SDK: names, shapes, secrets and defaults."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from rehearsal import providers, toolchain
from rehearsal.tests.plugins import sdk

pytestmark = pytest.mark.rehearsal

TOOL: Final = next(tool for tool in toolchain.TOOL_TABLE if tool.folder == "pulumi-resource-aws")
# Terraform arguments that pulumi-aws 7 no longer has.
REMOVED_IN_7: Final = {"aws:ec2/eip:Eip": {"vpc"}, "aws:ec2/flowLog:FlowLog": {"logGroupName"}}
# Their SDK types are whole policy documents, which the plugin takes as JSON.
DOCUMENTS: Final = re.compile(r"PolicyDocument|AssumeRolePolicy")


def environment() -> dict[str, str]:
    return os.environ | {"PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR": str(providers.terraform_mirror())}


@pytest.fixture(scope="module")
def plugin() -> Path:
    return toolchain.binaries(TOOL, toolchain.go_version())["pulumi-resource-aws"]


@pytest.fixture(scope="module")
def served(plugin: Path) -> dict[str, Any]:
    done = subprocess.run([plugin, "-names"], env=environment(), capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def resources(served: dict[str, Any]) -> dict[str, Any]:
    return {token: properties for token, properties in served.items() if "/get" not in token}


def misshapen(module: str, wanted: dict[str, sdk.Property], served: dict[str, Any], path: str) -> Iterator[str]:
    """Yield the inputs that are a list on one side and a single value on the other.

    Leave out inputs that only the SDK has: the plugin rejects them by name.
    """
    for name, known in wanted.items():
        found = served.get(name)
        if found is None:
            continue
        if known.list != found["list"]:
            yield f"{path}.{name}"
        if known.type and found.get("properties") and path.count(".") < 5 and not DOCUMENTS.search(known.type):
            yield from misshapen(module, sdk.nested(module, known.type), found["properties"], f"{path}.{name}")


def test_every_served_input_has_the_shape_that_the_sdk_sends(served: dict[str, Any]) -> None:
    wrong: list[str] = []
    for token, properties in resources(served).items():
        known = sdk.resource(token)
        wrong += misshapen(known.module, known.inputs, properties, token)
    assert not wrong


def test_no_input_has_a_name_that_the_sdk_does_not_know(served: dict[str, Any]) -> None:
    """A Terraform argument under a name that no program can send means that a rename is missing."""
    beside = {"id", "tagsAll", "timeouts"}
    unreachable = {
        token: extra
        for token, properties in resources(served).items()
        if (extra := {n for n, p in properties.items() if p["input"]} - set(sdk.resource(token).inputs) - beside)
    }
    assert unreachable == REMOVED_IN_7


def test_secrets_of_the_sdk_are_secret_in_the_state(served: dict[str, Any]) -> None:
    exposed = {
        token: plain
        for token, properties in resources(served).items()
        if (plain := {n for n in sdk.resource(token).secrets if n in properties and not properties[n]["secret"]})
    }
    assert not exposed


def test_default_descriptions_are_the_same_as_in_the_sdk(served: dict[str, Any]) -> None:
    for token, properties in resources(served).items():
        defaulted = {name for name, p in properties.items() if p["default"] == sdk.MANAGED_BY}
        assert defaulted == sdk.resource(token).described, token


def test_functions_take_the_arguments_that_the_sdk_sends(served: dict[str, Any]) -> None:
    """Exceptions: results that provider 5.100 does not have, and getRegion's `name`, which version 7 replaced by `region`."""
    newer = {"region", "enableAcceleratedRecovery", "name"}
    for token, properties in served.items():
        if "/get" in token:
            arguments, _ = sdk.function(token)
            assert arguments - set(properties) <= newer, token


def test_functions_return_the_results_that_the_sdk_reads(served: dict[str, Any]) -> None:
    for token, properties in served.items():
        if "/get" in token:
            _, results = sdk.function(token)
            snake = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name, p in properties.items() if not p["input"]}
            assert snake - {"id"} <= results, token


@pytest.mark.parametrize("flag", ["-version", "-names"])
def test_a_query_of_the_binary_leaves_no_terraform_process(plugin: Path, flag: str) -> None:
    before = terraform_processes()
    subprocess.run([plugin, flag], env=environment(), stdout=subprocess.DEVNULL, check=True)
    await_end_of_terraform(besides=before)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()


def lose_the_engine(process: subprocess.Popen[bytes]) -> None:
    """Close the plugin's standard input, whose other end the engine holds."""
    assert process.stdin is not None
    process.stdin.close()


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Send SIGINT, as the engine does."""
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("end", [kill, lose_the_engine, interrupt])
def test_terraform_ends_with_the_plugin(plugin: Path, end: Callable[[subprocess.Popen[bytes]], None]) -> None:
    before = terraform_processes()
    process = subprocess.Popen([plugin, "127.0.0.1:1"], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert int(process.stdout.readline()) > 0
    assert terraform_processes() - before
    end(process)
    process.wait(30)
    await_end_of_terraform(besides=before)


def terraform_processes() -> set[int]:
    """Return the PIDs of the Terraform processes that are not zombies."""
    found = psutil.process_iter(["name", "status"])
    return {p.pid for p in found if p.info["name"].startswith("terraform-provi") and p.info["status"] != psutil.STATUS_ZOMBIE}


@retry(stop=stop_after_delay(30), wait=wait_fixed(0.1), reraise=True)
def await_end_of_terraform(besides: set[int]) -> None:
    """Wait until the kernel has ended Terraform, which happens some time after the end of the plugin."""
    assert terraform_processes() <= besides


def test_the_go_tests_pass() -> None:
    flags = " ".join(["-s", "-w", *(f"-X {name}={value}" for name, value in TOOL.variables)])
    command = ["go", "test", "-trimpath", "-ldflags", flags, "./..."]
    settings = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}
    done = subprocess.run(command, cwd=TOOL.source, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
