"""ALB: one HAProxy on the loopback interface serves moto's load balancers and the front of the image registry."""

from rehearsal.aws.alb import api, health

__all__ = ["api", "health"]
