"""ECR repositories, and the images that are built and pushed into them.

Images are pushed by digest, and workloads take the digest. A tag could be in the way: ECR refuses to push an immutable one twice,
as after an `up` that was cut off, or when an older source comes back.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker_build

KEPT_IMAGES = 50


@dataclass(frozen=True, kw_only=True)
class ImageSource:
    """An image to build: the repository it goes to and the folder, relative to the project, that it is made from."""

    key: str
    repository_name: str
    context: Path


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    sources: tuple[ImageSource, ...]
    platform: str
    key_arn: pulumi.Input[str]


class Registry(pulumi.ComponentResource):
    """A repository for each image, with the image in it."""

    image_refs: dict[str, pulumi.Output[str]]
    """`{key of the source: repository@digest}`"""

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Registry", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        # One token, valid for twelve hours, serves all repositories of the account.
        self._token = aws.ecr.get_authorization_token_output(opts=pulumi.InvokeOutputOptions(parent=self))
        self.image_refs = {source.key: self._image(source) for source in args.sources}
        self.register_outputs({})

    def _image(self, source: ImageSource) -> pulumi.Output[str]:
        repository = self._repository(source)
        image = docker_build.Image(
            f"{self._name}-{source.key}",
            context={"location": str(source.context)},
            dockerfile={"location": str(source.context / "Dockerfile")},
            platforms=[docker_build.Platform(self._args.platform)],
            exports=[
                {"image": {"names": [repository.repository_url], "push": True, "push_by_digest": True, "name_canonical": True}}
            ],
            # It stands for pushing tags.
            push=False,
            build_on_preview=False,
            registries=[
                {"address": self._token.proxy_endpoint, "username": self._token.user_name, "password": self._token.password}
            ],
            # Deleting an image would need the token of its build, which has long expired; the repository takes its images along.
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        return pulumi.Output.concat(repository.repository_url, "@", image.digest)

    def _repository(self, source: ImageSource) -> aws.ecr.Repository:
        repository = aws.ecr.Repository(
            f"{self._name}-{source.key}",
            name=source.repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": self._args.key_arn}],
            force_delete=True,
            # Pulumi's AWS provider would delete a repository of a fixed name, and its images, before it makes the next one:
            # pods could not pull until the images are pushed again. So a replacement fails, and nothing is lost.
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(delete_before_replace=False)),
        )
        aws.ecr.LifecyclePolicy(
            f"{self._name}-{source.key}",
            repository=repository.name,
            policy=json.dumps(
                {
                    "rules": [
                        {
                            "rulePriority": 1,
                            "description": f"keep the last {KEPT_IMAGES} images",
                            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT_IMAGES},
                            "action": {"type": "expire"},
                        }
                    ]
                }
            ),
            opts=self._child,
        )
        return repository
