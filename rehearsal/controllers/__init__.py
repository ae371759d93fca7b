"""What EKS Auto Mode and the VPC CNI run beside a cluster: target groups, volumes, admission, network policies."""
