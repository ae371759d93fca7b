"""ECR: an image registry behind HAProxy stores the repositories; a push needs an authorization token of ECR."""

from rehearsal.aws.ecr import lifecycle, repositories, tokens

__all__ = ["lifecycle", "repositories", "tokens"]
