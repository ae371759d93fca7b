"""Run the conformance suite against the rehearsal or, after a question, against an AWS account."""

import datetime
import os
import subprocess
import sys

import boto3
import click
import pytest

from tests.conformance import report
from tests.conformance.behaviours import FOLDER

COST = """\
The suite runs against account {account} in {region}, and uses the deployed stack {stack}. It creates, and deletes again:
  - a VPC with subnets and security groups, target groups, listener rules on the stack's load balancer,
  - an ECR repository with one image of a few bytes, a hosted zone, a log group, IAM roles and a policy,
  - access entries of the stack's cluster, and a namespace with two small pods in it,
  - two KMS keys, which then wait 7 days for their deletion.
It asks RDS for one pending change of the stack's database and takes that back. Do not run it in the maintenance window.
Expect less than 1 USD (a hosted zone is free within 12 hours; keys that wait for deletion are free), and 10 minutes.
"""


class Outcomes:
    """A pytest plugin that keeps the outcome of each behaviour's test, keyed by identifier."""

    def __init__(self) -> None:
        self.by_identifier: dict[str, str] = {}
        self._identifiers: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the identifier of each test."""
        for item in items:
            marker = item.get_closest_marker("behaviour")
            if marker is None:
                raise pytest.UsageError(f"{item.nodeid} names no behaviour")
            self._identifiers[item.nodeid] = marker.kwargs["identifier"]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of the call; a set-up that fails or skips counts, too."""
        if report.when == "call" or (report.when == "setup" and report.outcome != "passed") or report.outcome == "failed":
            self.by_identifier[self._identifiers[report.nodeid]] = report.outcome


@click.command()
@click.option("--profile", default="", help="AWS profile of the account. Without one: the rehearsal.")
@click.option("--stack", default="", help="Pulumi stack that is deployed there.")
@click.option("--only", default="", help="Run the tests that match this expression, and write no result.")
def main(profile: str, stack: str, only: str) -> None:
    """Run the conformance suite and write its dated result."""
    target = "aws" if profile else "rehearsal"
    if profile:
        os.environ["AWS_PROFILE"] = profile
        os.environ["PULUMI_STACK"] = stack or sys.exit("STACK must name the stack that is deployed in the account")
        session = boto3.Session(profile_name=profile)
        account = session.client("sts").get_caller_identity()["Account"]
        click.echo(COST.format(account=account, region=session.region_name, stack=stack))
        click.confirm("Go on?", abort=True)
    outcomes = Outcomes()
    arguments = ["-v", "-p", "no:cacheprovider", "--timeout", "600", str(FOLDER)]
    code = pytest.main(arguments + (["-k", only] if only else []), plugins=[outcomes])
    if outcomes.by_identifier and not only:
        revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        path = report.write(
            report.Result(target=target, date=today, revision=revision.strip(), outcomes=dict(outcomes.by_identifier))
        )
        click.echo(f"wrote {path.relative_to(report.ROOT)} and {report.DOCUMENT.relative_to(report.ROOT)}")
    sys.exit(code)


if __name__ == "__main__":
    main()
