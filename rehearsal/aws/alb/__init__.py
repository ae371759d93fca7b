"""ALB: one HAProxy on the loopback interface serves moto's load balancers and the front of the image registry."""
