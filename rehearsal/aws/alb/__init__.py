"""ALB: one HAProxy serves moto's load balancers on loopback, and the registry's front."""

from . import api, health

__all__ = ["api", "health"]
