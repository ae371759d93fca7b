"""AWS on this machine: moto's server, and what stands behind EKS, ECR, RDS and the ALB here."""
