"""Tests of `pulumi destroy` and `make down`. They run last."""

import re
import subprocess
from pathlib import Path

from tests.e2e import rehearsal as r
from tests.e2e.left import RECREATED_LOG_GROUPS, client, left_behind
from tests.e2e.systems import message, messages

NEW_CLASS = "db.t4g.large"


def test_destroy_is_refused_while_data_is_protected() -> None:
    message("still here")
    # The preview refuses, before anything is deleted.
    assert "protect" in r.pulumi("destroy", "--yes", check=False)
    assert "still here" in messages()


def test_database_changes_are_applied_immediately() -> None:
    # By default, RDS delays changes until its maintenance window, and every `up` until then shows them again.
    r.pulumi("config", "set", "slipway:database_instance_class", NEW_CLASS)
    # This step is required before every destroy.
    r.pulumi("config", "set", "slipway:protect_data", "false")
    r.up()
    (database,) = client("rds").describe_db_instances()["DBInstances"]
    assert database["DBInstanceClass"] == NEW_CLASS
    assert not database.get("PendingModifiedValues")
    assert r.changes(r.up()) == []
    assert "still here" in messages()


def test_destroy_leaves_only_kept_data_and_what_aws_recreates() -> None:
    r.pulumi("destroy", "--yes", "--skip-preview")
    r.until(
        lambda: set(left_behind().get("log groups", [])) == RECREATED_LOG_GROUPS,
        60,
        "the last events of EKS and RDS did not arrive",
    )
    left = left_behind()
    del left["log groups"]
    snapshots = left.pop("final snapshots")
    assert len(snapshots) == 1
    assert re.fullmatch(r"slipway-rehearsal-final-.+", snapshots[0])
    assert left.pop("kept keys") == ["keys-database"], "the key of the snapshot outlives the stack"
    (record,) = left.pop("records")
    assert record.startswith("_"), "the certificate's validation record may serve another stack on the domain"
    assert left == {}


def test_the_stack_can_be_deployed_again_after_deleting_the_log_groups_as_documented() -> None:
    assert "already exists" in r.pulumi("up", "--yes", "--skip-preview", check=False)
    page = (r.ROOT / "docs" / "operations.md").read_text()
    command = re.search(r"`(aws logs delete-log-group --log-group-name) /aws/eks/slipway-STACK/cluster`", page)
    assert command is not None
    for group in sorted(RECREATED_LOG_GROUPS & set(left_behind()["log groups"])):
        assert group.rsplit("/", 1)[1] in page
        r.rehearsal("run", "--", *command[1].split(), group)
    r.up()
    assert messages() == [], "the new stack has a database of its own"


def test_down_leaves_the_machine_clean() -> None:
    r.rehearsal("down")
    assert not r.STATE.exists()
    assert not Path("/run/slipway").exists()
    assert "slipway" not in Path("/etc/hosts").read_text()
    shown = {
        command: subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout
        for command in (
            "ip -4 -o address show dev lo",
            "ip route show type unreachable",
            "ip link",
            "iptables-save",
            "nft list tables",
        )
    }
    assert " 10." not in shown["ip -4 -o address show dev lo"]
    assert shown["ip route show type unreachable"] == ""
    assert "cni0" not in shown["ip link"]
    assert "KUBE" not in shown["iptables-save"]
    assert "slipway" not in shown["nft list tables"]
    command_lines = {path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()}
    assert not [line for line in command_lines if b"/var/lib/slipway" in line]
