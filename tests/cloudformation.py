"""The database and the IAM documents of graphs as one CloudFormation template, and what cfn-lint finds in it.

cfn-lint knows what no API model states: the classes and versions that RDS offers in a region, and the actions of IAM.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

import cfnlint.data.schemas.extensions.aws_rds_dbinstance as rds_data
from cfnlint.api import ManualArgs, lint

from tests.graph import Declared, Graph

# Where a graph holds IAM documents, and what CloudFormation calls it.
DOCUMENTS: Final = {
    "aws:kms/key:Key": ("policy", "AWS::KMS::Key", "KeyPolicy"),
    "aws:iam/role:Role": ("assumeRolePolicy", "AWS::IAM::Role", "AssumeRolePolicyDocument"),
    "aws:iam/rolePolicy:RolePolicy": ("policy", "AWS::IAM::ManagedPolicy", "PolicyDocument"),
}


def findings(graphs: Mapping[str, Graph], region: str) -> list[str]:
    """Return rule, place and message of what cfn-lint finds in the graphs, by stack, in a region."""
    declared = {
        f"{stack}{number}": resource for stack, graph in graphs.items() for number, resource in enumerate(_resources(graph))
    }
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": declared}
    found = lint(json.dumps(template), config=ManualArgs(regions=[region]))
    return [f"{match.rule.id} {'/'.join(map(str, match.path or []))}: {match.message}" for match in found]


def _resources(graph: Graph) -> list[dict[str, Any]]:
    documents = [_document(resource) for resource in graph.resources if resource.typ in DOCUMENTS]
    return [_database(graph.one("Instance")), *documents]


def _document(resource: Declared) -> dict[str, Any]:
    member, kind, target = DOCUMENTS[resource.typ]
    return {"Type": kind, "Properties": {target: json.loads(resource.inputs[member])}}


def _database(instance: Declared) -> dict[str, Any]:
    given = instance.inputs
    properties = {
        "Engine": given["engine"],
        "EngineVersion": newest_version(given["engine"], given["engineVersion"]),
        "DBInstanceClass": given["instanceClass"],
        "StorageType": given["storageType"],
        "AllocatedStorage": str(int(given["allocatedStorage"])),
        "BackupRetentionPeriod": int(given["backupRetentionPeriod"]),
        "MultiAZ": given["multiAz"],
        "StorageEncrypted": given["storageEncrypted"],
        "MasterUsername": given["username"],
        "MasterUserPassword": "{{resolve:secretsmanager:master}}",
    }
    return {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Snapshot",
        "Properties": properties,
    }


def newest_version(engine: str, version: str) -> str:
    """Return the newest version that cfn-lint knows below a prefix, or what was given if it knows none.

    RDS takes a major version and chooses its default minor version, cfn-lint's rule E3691 knows whole versions only.
    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
    """
    schema = json.loads(resources.files(rds_data).joinpath("engine_version.json").read_text())
    known = next(
        rule["then"]["properties"]["EngineVersion"]["enum"]
        for rule in schema["allOf"]
        if rule["if"]["properties"]["Engine"].get("const") == engine
    )
    below = [candidate for candidate in known if candidate.startswith(f"{version}.")]
    return max(below, key=lambda text: [int(part) for part in text.split(".")], default=version)
