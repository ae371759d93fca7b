"""ECR: an image registry behind HAProxy stores the repositories; a push needs an authorization token of ECR."""
