"""The rehearsal's commands: `up`, `down`, `status`, and `run` for any command in its environment."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import requests
from rich.console import Console
from rich.table import Table
from tenacity import RetryError, retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import account, deployment, foreground, interrupted, machine, paths, toolchain
from rehearsal.deployment import DeploymentError
from rehearsal.node import processes, traces
from rehearsal.node.host import HostError
from rehearsal.node.processes import NotReadyError
from rehearsal.node.supervisor import Supervisor, SupervisorError
from rehearsal.toolchain import ToolError

CONSOLE: Final = Console(highlight=False)
SITE_SECONDS: Final = 60
EXPECTED: Final = (HostError, ToolError, DeploymentError, NotReadyError, SupervisorError, RetryError)


class Commands(click.Group):
    """Shows what went wrong in one line, without a traceback, where it is not a bug of ours."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def cli() -> None:
    """AWS and Kubernetes on this machine, for `pulumi up` without an account."""


class Progress:
    """A line for each step, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        CONSOLE.print(f"[dim]{time.monotonic() - self._began:6.1f} s[/dim]  {text}")


def start(say: machine.Say) -> tuple[dict[str, Path], str]:
    """Everything but the deployment; the tools, and the name of the account's life."""
    tools, boot_id = machine.start(say), machine.boot_id()
    if deployment.BOOT_ID.exists() and deployment.BOOT_ID.read_text() != boot_id:
        say("the AWS emulator was restarted, which makes it a new, empty account: starting clean")
        machine.stop(say)
        tools, boot_id = machine.start(say), machine.boot_id()
    return tools, boot_id


def _environment(role: str) -> dict[str, str]:
    supervisor = Supervisor()
    if not supervisor.answers():
        raise DeploymentError("the rehearsal does not run. Start it: make up")
    if not supervisor.running("aws"):
        raise DeploymentError(
            "the rehearsal's AWS has ended, and what it knew with it. Start again, with an empty account: make up"
        )
    tools = toolchain.ensure(lambda _: None)
    return os.environ | deployment.environment(tools, role)


@cli.command()
@click.option("--deploy/--no-deploy", default=True, help="Run `pulumi up` once everything is there.")
def up(deploy: bool) -> None:
    """Start everything, deploy the stack `rehearsal`, and say where its sites are."""
    say = Progress()
    tools, boot_id = start(say)
    env = deployment.prepare(tools, boot_id)
    if not deploy:
        say("ready")
        return
    if interrupted.found():
        say("the last run was cut off: recovering what it had begun (make recover)")
        interrupted.recover(env)
    say("pulumi up")
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    if foreground.run(command, cwd=paths.CHECKOUT, env=env):
        raise DeploymentError("pulumi up failed, see above; `make up` goes on from there")
    sites = json.loads(deployment.pulumi(env, "stack", "output", "site_urls", "--json"))
    traces.name_sites([urlsplit(url).hostname or "" for url in sites.values()])
    for app, url in sites.items():
        _check_site(url)
        say(f"{app}: {url}")


def _check_site(url: str) -> None:
    try:
        _await_site(url)
    except requests.RequestException as error:
        raise DeploymentError(f"{url} does not answer: {error}") from error


@retry(
    stop=stop_after_delay(SITE_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(requests.RequestException),
    reraise=True,
)
def _await_site(url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(url, timeout=5, verify=str(paths.PKI / "ca.crt")).raise_for_status()


@cli.command()
def down() -> None:
    """Stop everything and leave nothing on the machine but the cache."""
    machine.check()
    machine.stop(Progress())


@cli.command()
def status() -> None:
    """What runs, and whether it answers."""
    supervisor = Supervisor()
    if not supervisor.answers():
        raise DeploymentError("the rehearsal does not run. Start it: make up")
    questions = processes.questions(toolchain.ensure(lambda _: None))
    table = Table("process", "state", "answers")
    for name, state in sorted(supervisor.states().items()):
        answers = "" if name not in questions else "yes" if questions[name]() else "no"
        table.add_row(name, state.lower(), answers)
    CONSOLE.print(table)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--role", type=click.Choice(list(account.ROLES)), default=paths.DEPLOYER, help="The role whose credentials it gets."
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(role: str, command: tuple[str, ...]) -> None:
    """Run a command in the rehearsal's environment, such as: pulumi preview."""
    sys.exit(foreground.run(command, env=_environment(role)))


if __name__ == "__main__":
    cli(prog_name="rehearsal")
