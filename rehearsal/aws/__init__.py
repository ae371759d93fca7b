"""The emulated AWS: moto's server, and the local services behind EKS, ECR, RDS and the ALB."""
