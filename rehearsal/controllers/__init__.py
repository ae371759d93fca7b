"""The controllers of EKS Auto Mode and the VPC CNI: target groups, volumes, admission, network policies."""
