"""ECR: repositories live in a registry behind HAProxy; a push needs a token that ECR handed out."""

from . import lifecycle, repositories, tokens

__all__ = ["lifecycle", "repositories", "tokens"]
