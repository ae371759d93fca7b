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
from rehearsal.node import processes, traces
from rehearsal.node.host import HostError
from rehearsal.node.processes import NotReadyError
from rehearsal.node.supervisor import Supervisor, SupervisorError
from rehearsal.pulumi_cli import DeploymentError, pulumi
from rehearsal.toolchain import ToolError

CONSOLE: Final = Console(highlight=False)
SITE_SECONDS: Final = 60
EXPECTED_ERRORS: Final = (HostError, ToolError, DeploymentError, NotReadyError, SupervisorError, RetryError)


class Commands(click.Group):
    """A command group that prints expected errors in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raise ClickException for an expected error."""
        try:
            return super().invoke(ctx)
        except EXPECTED_ERRORS as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def cli() -> None:
    """Run AWS and Kubernetes on this machine, for `pulumi up` without an account."""


class Progress:
    """Prints a line for each step, with the seconds since the start."""

    def __init__(self) -> None:
        """Start the clock."""
        self._started_at = time.monotonic()

    def __call__(self, text: str) -> None:
        """Print a line."""
        CONSOLE.print(f"[dim]{time.monotonic() - self._started_at:6.1f} s[/dim]  {text}")


def start(say: machine.Say) -> tuple[dict[str, Path], str]:
    """Start the rehearsal without deploying. Return the tool paths and the emulator's boot ID."""
    tools, boot_id = machine.start(say), machine.boot_id()
    if deployment.BOOT_ID_FILE.exists() and deployment.BOOT_ID_FILE.read_text() != boot_id:
        say("the AWS emulator was restarted, so it is a new, empty account: starting clean")
        machine.stop(say)
        tools, boot_id = machine.start(say), machine.boot_id()
    return tools, boot_id


def _environment(role: str) -> dict[str, str]:
    supervisor = Supervisor()
    if not supervisor.answers():
        raise DeploymentError("the rehearsal does not run. Fix: make up")
    if not supervisor.running("aws"):
        raise DeploymentError("the AWS emulator has ended, and its account is lost. Fix, with an empty account: make up")
    tools = toolchain.ensure(lambda _: None)
    return os.environ | deployment.environment(tools, role)


@cli.command()
@click.option("--deploy/--no-deploy", default=True, help="Run `pulumi up` once everything runs.")
def up(deploy: bool) -> None:
    """Start everything, deploy the stack `rehearsal`, and print the URLs of its sites."""
    say = Progress()
    tools, boot_id = start(say)
    env = deployment.prepare(tools, boot_id)
    if not deploy:
        say("ready")
        return
    if interrupted.was_interrupted():
        say("the last run was interrupted: recovering the stack (make recover)")
        interrupted.recover(env)
    say("pulumi up")
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    if foreground.run(command, cwd=paths.CHECKOUT, env=env):
        raise DeploymentError("pulumi up failed, see above. Fix the cause, then: make up")
    sites = json.loads(pulumi(env, "stack", "output", "site_urls", "--json"))
    traces.write_site_names([urlsplit(url).hostname or "" for url in sites.values()])
    for app, url in sites.items():
        _check_site(url)
        say(f"{app}: {url}")


def _check_site(url: str) -> None:
    try:
        _wait_for_site(url)
    except requests.RequestException as error:
        raise DeploymentError(f"{url} does not answer: {error}") from error


@retry(
    stop=stop_after_delay(SITE_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(requests.RequestException),
    reraise=True,
)
def _wait_for_site(url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(url, timeout=5, verify=str(paths.PKI / "ca.crt")).raise_for_status()


@cli.command()
def down() -> None:
    """Stop everything and remove all its files but the cache."""
    machine.check()
    machine.stop(Progress())


@cli.command()
def status() -> None:
    """Print the state of each process and whether it answers."""
    supervisor = Supervisor()
    if not supervisor.answers():
        raise DeploymentError("the rehearsal does not run. Fix: make up")
    checks = processes.ready_checks(toolchain.ensure(lambda _: None))
    table = Table("process", "state", "answers")
    for name, state in sorted(supervisor.states().items()):
        answers = "" if name not in checks else "yes" if checks[name]() else "no"
        table.add_row(name, state.lower(), answers)
    CONSOLE.print(table)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--role", type=click.Choice(list(account.ROLES)), default=paths.DEPLOYER, help="The role that the command acts as.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(role: str, command: tuple[str, ...]) -> None:
    """Run a command in the rehearsal's environment, such as: pulumi preview."""
    sys.exit(foreground.run(command, env=_environment(role)))


if __name__ == "__main__":
    cli(prog_name="rehearsal")
