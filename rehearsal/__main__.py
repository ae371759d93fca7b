"""The rehearsal's commands: `up`, `down`, `status`, and `run` for any command in its environment."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from tenacity import RetryError

from rehearsal import account, deployment, foreground, machine, paths, pulumi_cli, toolchain
from rehearsal.node import processes
from rehearsal.node.host import HostError
from rehearsal.node.processes import NotReadyError
from rehearsal.node.supervisor import Supervisor, SupervisorError
from rehearsal.project import Project, find_project
from rehearsal.pulumi_cli import DeploymentError
from rehearsal.toolchain import ToolError

# How to start the rehearsal: a command without `--project` cannot know whose program is wanted.
UP: Final = "make up, or for another program: python -m rehearsal up --project FOLDER"
CONSOLE: Final = Console(highlight=False)
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


def _environment(program: Project, role: str | None) -> dict[str, str]:
    supervisor = Supervisor()
    if not supervisor.answers():
        raise DeploymentError(f"the rehearsal does not run. Fix: {UP}")
    if not supervisor.running("aws"):
        raise DeploymentError(f"the AWS emulator has ended, and its account is lost. Fix, with an empty account: {UP}")
    tools = toolchain.ensure(lambda _: None)
    return os.environ | deployment.environment(tools, program, role)


def project_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option `--project` to a command."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option("--project", type=folder, help="The folder of a Pulumi program; default: this checkout.")(command)


@cli.command()
@click.option("--deploy/--no-deploy", default=True, help="Run `pulumi up` once everything runs.")
@project_option
def up(deploy: bool, project: Path | None) -> None:
    """Start everything, deploy the program's stack `rehearsal`, and print the URLs of this checkout's sites."""
    say, program = Progress(), find_project(project or paths.CHECKOUT)
    tools, boot_id = start(say)
    pulumi_cli.report_choice(say)
    env = deployment.prepare(tools, boot_id, program)
    if not deploy:
        say("ready")
        return
    program.before_up(env, say)
    say("pulumi up")
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    if foreground.run(command, cwd=program.folder, env=env):
        raise DeploymentError("pulumi up failed, see above. Fix the cause, then run this command again")
    program.after_up(env, say)


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
        raise DeploymentError(f"the rehearsal does not run. Fix: {UP}")
    checks = processes.ready_checks(toolchain.ensure(lambda _: None))
    table = Table("process", "state", "answers")
    for name, state in sorted(supervisor.states().items()):
        answers = "" if name not in checks else "yes" if checks[name]() else "no"
        table.add_row(name, state.lower(), answers)
    CONSOLE.print(table)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--role", type=click.Choice(list(account.ROLES)), help="The role of the command; default: the one that deploys.")
@project_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(role: str | None, project: Path | None, command: tuple[str, ...]) -> None:
    """Run a command in the rehearsal's environment, such as: pulumi preview. With --project, run it in that folder."""
    program = find_project(project or paths.CHECKOUT)
    sys.exit(foreground.run(command, env=_environment(program, role), cwd=project))


if __name__ == "__main__":
    cli(prog_name="rehearsal")
