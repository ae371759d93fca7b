"""The type stubs of the providers' SDKs, and what mypy finds by them."""

import ast
from pathlib import Path

import pytest
from mypy import api

from tests.engine import ROOT
from tools.stubs import render
from tools.stubs.use import Literals, uses

PROGRAM = """\
import pulumi_aws as aws
import pulumi_kubernetes as k8s

aws.rds.Instance("right", instance_class="db.t4g.medium", multi_az=True)
aws.rds.Instance("unknown", instance_class="db.t4g.medium", mult_az=True)
aws.rds.Instance("missing", multi_az=True)
aws.eks.Cluster("right", role_arn="role", vpc_config={"subnet_ids": ["subnet-1"], "endpoint_private_access": True})
aws.eks.Cluster("unknown", role_arn="role", vpc_config={"subnet_ids": ["subnet-1"], "endpoint_privat_access": True})
k8s.core.v1.Service("right", spec={"ports": [{"port": 80}]})
k8s.core.v1.Service("mistyped", spec={"ports": [{"port": "http"}]})
"""


def test_the_stubs_are_what_the_program_uses_of_the_sdks() -> None:
    committed = {path: path.read_text() for path in render.FOLDER.rglob("*.pyi")}
    assert committed == render.stubs(), "Fix: make reference"


def test_an_input_of_a_used_args_class_takes_its_objects_and_dicts() -> None:
    used = {"InstanceBlueGreenUpdateArgs": Literals(), "InstanceBlueGreenUpdateArgsDict": Literals(), "Instance": Literals()}
    text = render.Stub("pulumi_aws.rds", {"pulumi_aws.rds": used}).text()
    assert "blue_green_update: pulumi.Input[InstanceBlueGreenUpdateArgs | InstanceBlueGreenUpdateArgsDict | None]" in text
    assert "class InstanceBlueGreenUpdateArgs:\n    def __init__(\n        self,\n        *,\n        enabled: " in text


@pytest.mark.timeout(60)
def test_an_unknown_missing_or_mistyped_input_is_a_type_error(tmp_path: Path) -> None:
    assert (render.FOLDER / "pulumi_aws").is_dir(), "without the stubs mypy would read the SDK, which takes 20 GB"
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    out, crash, _ = api.run(["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", "/dev/null", str(path)])
    assert crash == ""
    errors = {int(line.split(":")[1]): line for line in out.splitlines() if ": error: " in line}
    lines = PROGRAM.splitlines()
    assert [lines[number - 1].split('"')[1] for number in errors] == ["unknown", "missing", "unknown", "mistyped"], out
    assert 'Unexpected keyword argument "mult_az"' in errors[5]


def test_names_and_dict_literals_are_found_in_code() -> None:
    code = """
import sdk.lb as lb
from sdk import iam

ACTION: lb.ActionDict = {"type": "fixed", "response": {"code": "404"}}
lb.Rule("rule", actions=[{"forward": {}} if x else {"redirect": {**{"path": {}}}}], name="rule", **more)
iam.Role.get(other.Name)
"""
    assert uses(ast.parse(code), ("sdk",)) == {
        "sdk.lb.ActionDict": {"response": {}},
        "sdk.lb.Rule": {"actions": {"forward": {}, "redirect": {"path": {}}}},
        "sdk.iam.Role": {},
        "sdk.iam.Role.get": {},
    }
