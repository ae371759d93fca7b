package main

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Pulumi module -> Terraform name without "aws_" -> Pulumi type name.
var resourceNames = map[string]map[string]string{
	"acm":        {"acm_certificate": "Certificate", "acm_certificate_validation": "CertificateValidation"},
	"cloudwatch": {"cloudwatch_log_group": "LogGroup", "cloudwatch_metric_alarm": "MetricAlarm"},
	"ec2": {
		"default_security_group": "DefaultSecurityGroup", "eip": "Eip", "flow_log": "FlowLog",
		"internet_gateway": "InternetGateway", "nat_gateway": "NatGateway", "route": "Route",
		"route_table": "RouteTable", "route_table_association": "RouteTableAssociation",
		"security_group": "SecurityGroup", "subnet": "Subnet", "vpc": "Vpc", "vpc_endpoint": "VpcEndpoint",
	},
	"ecr": {"ecr_lifecycle_policy": "LifecyclePolicy", "ecr_repository": "Repository"},
	"eks": {
		"eks_access_entry": "AccessEntry", "eks_access_policy_association": "AccessPolicyAssociation",
		"eks_cluster": "Cluster", "eks_pod_identity_association": "PodIdentityAssociation",
	},
	"iam": {
		"iam_policy": "Policy", "iam_role": "Role", "iam_role_policy": "RolePolicy",
		"iam_role_policy_attachment": "RolePolicyAttachment",
	},
	"kms": {"kms_alias": "Alias", "kms_key": "Key"},
	"lb": {
		"lb": "LoadBalancer", "lb_listener": "Listener", "lb_listener_rule": "ListenerRule",
		"lb_target_group": "TargetGroup",
	},
	"rds": {
		"db_event_subscription": "EventSubscription", "db_instance": "Instance",
		"db_parameter_group": "ParameterGroup", "db_subnet_group": "SubnetGroup",
	},
	"route53": {"route53_record": "Record", "route53_zone": "Zone"},
	"sns": {
		"sns_topic": "Topic", "sns_topic_policy": "TopicPolicy", "sns_topic_subscription": "TopicSubscription",
	},
	"vpc": {
		"vpc_security_group_egress_rule":  "SecurityGroupEgressRule",
		"vpc_security_group_ingress_rule": "SecurityGroupIngressRule",
	},
}

// Pulumi module -> Terraform name without "aws_" -> Pulumi function name.
var dataSourceNames = map[string]map[string]string{
	"ecr": {"ecr_authorization_token": "getAuthorizationToken"},
	"eks": {"eks_cluster": "getCluster"},
	"iam": {"iam_session_context": "getSessionContext"},
	"index": {
		"availability_zones": "getAvailabilityZones", "caller_identity": "getCallerIdentity",
		"partition": "getPartition", "region": "getRegion",
	},
	"rds":     {"rds_engine_version": "getEngineVersion", "rds_orderable_db_instance": "getOrderableDbInstance"},
	"route53": {"route53_zone": "getZone"},
}

// resourceTokens are the Pulumi types by Terraform name.
func resourceTokens() map[string]tokens.Type {
	found := map[string]tokens.Type{}
	for module, names := range resourceNames {
		for name, typ := range names {
			found["aws_"+name] = tokens.Type(fmt.Sprintf("aws:%s/%s:%s", module, lowerFirst(typ), typ))
		}
	}
	return found
}

// dataSourceTokens are the Pulumi functions by Terraform name.
func dataSourceTokens() map[string]tokens.ModuleMember {
	found := map[string]tokens.ModuleMember{}
	for module, names := range dataSourceNames {
		for name, function := range names {
			found["aws_"+name] = tokens.ModuleMember(fmt.Sprintf("aws:%s/%s:%s", module, function, function))
		}
	}
	return found
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
