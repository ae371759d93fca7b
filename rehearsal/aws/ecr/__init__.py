"""ECR: repositories live in a registry behind HAProxy; a push needs a token that ECR handed out."""

from . import repositories, tokens

__all__ = ["repositories", "tokens"]
