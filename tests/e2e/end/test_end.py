"""The end of a stack, and of the rehearsal. These run last."""

import re
import subprocess
from pathlib import Path

from tests.e2e import rehearsal as r
from tests.e2e.left import left_behind
from tests.e2e.systems import message, messages


def test_destroy_is_refused_while_data_is_protected() -> None:
    message("still here")
    # The preview refuses, before anything is deleted.
    assert "protect" in r.pulumi("destroy", "--yes", check=False)
    assert "still here" in messages()


def test_destroy_leaves_nothing_but_what_keeps_the_data() -> None:
    r.pulumi("config", "set", "slipway:protect_data", "false")
    r.up()
    r.pulumi("destroy", "--yes", "--skip-preview")
    left = left_behind()
    snapshots = left.pop("final snapshots")
    assert len(snapshots) == 1
    assert re.fullmatch(r"slipway-rehearsal-final-.+", snapshots[0])
    assert left.pop("kept keys") == ["keys-database"], "the key of the snapshot outlives the stack"
    (record,) = left.pop("records")
    assert record.startswith("_"), "the certificate's validation record may serve another stack on the domain"
    assert left == {}


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
