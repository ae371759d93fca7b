package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const managedBy = "Managed by Pulumi"

func named(name string) *info.Schema { return &info.Schema{Name: name} }

func single(name string) *info.Schema { return &info.Schema{Name: name, MaxItemsOne: tfbridge.True()} }

func list(name string) *info.Schema { return &info.Schema{Name: name, MaxItemsOne: tfbridge.False()} }

func defaulted(value any) *info.Schema { return &info.Schema{Default: &info.Default{Value: value}} }

// autoName gives what has no name the logical one with a random end, not longer than AWS takes.
func autoName(name string, length int) *info.Schema { return tfbridge.AutoName(name, length, "-") }

// providerFields: the Terraform schema states no limit on these blocks; pulumi-aws takes one object.
var providerFields = map[string]*info.Schema{
	"assume_role_with_web_identity": single("assumeRoleWithWebIdentity"),
	"default_tags":                  single("defaultTags"),
	"ignore_tags":                   single("ignoreTags"),
}

// resourceFields: where pulumi-aws departs from the bridge's own names, shapes and defaults.
var resourceFields = map[string]map[string]*info.Schema{
	"aws_cloudwatch_log_group":    {"name": autoName("name", 512)},
	"aws_cloudwatch_metric_alarm": {"alarm_name": autoName("name", 255)},
	"aws_db_event_subscription":   {"name": autoName("name", 255)},
	"aws_db_instance":             {"identifier": autoName("identifier", 63)},
	"aws_db_parameter_group":      {"name": autoName("name", 255), "description": defaulted(managedBy)},
	"aws_db_subnet_group":         {"name": autoName("name", 255), "description": defaulted(managedBy)},
	"aws_default_security_group":  {"egress": named("egress"), "ingress": named("ingress")},
	"aws_ecr_repository":          {"name": autoName("name", 255)},
	"aws_eks_cluster":             {"name": autoName("name", 100)},
	"aws_iam_policy":              {"name": autoName("name", 128)},
	"aws_iam_role":                {"name": autoName("name", 64)},
	"aws_iam_role_policy":         {"name": autoName("name", 128)},
	"aws_kms_alias": {"name": tfbridge.AutoNameTransform("name", 238, func(name string) string {
		return "alias/" + strings.TrimPrefix(name, "alias/")
	})},
	"aws_lb":              {"name": autoName("name", 32)},
	"aws_lb_target_group": {"name": autoName("name", 32)},
	"aws_route53_record": {
		"alias": list("aliases"), "failover_routing_policy": list("failoverRoutingPolicies"),
		"geolocation_routing_policy": list("geolocationRoutingPolicies"),
		"latency_routing_policy":     list("latencyRoutingPolicies"),
		"weighted_routing_policy":    list("weightedRoutingPolicies"),
	},
	"aws_route53_zone": {"name": autoName("name", 255), "comment": defaulted(managedBy)},
	"aws_security_group": {
		"name": autoName("name", 255), "description": defaulted(managedBy),
		"egress": named("egress"), "ingress": named("ingress"),
	},
	"aws_sns_topic":              {"name": autoName("name", 256)},
	"aws_sns_topic_subscription": {"topic_arn": named("topic")},
}

// dataSourceFields: as resourceFields.
var dataSourceFields = map[string]map[string]*info.Schema{
	"aws_eks_cluster": {"certificate_authority": list("certificateAuthorities"), "vpc_config": single("vpcConfig")},
	// pulumi-aws 7 calls the region's name so.
	"aws_region": {"name": named("region")},
}

// deleteBeforeReplace: of these AWS takes only one at a time.
var deleteBeforeReplace = map[string]bool{
	"aws_ecr_lifecycle_policy": true, "aws_iam_role_policy_attachment": true,
}

// jsonDocuments are the string properties for which the SDK also accepts an object.
var jsonDocuments = map[string][]resource.PropertyKey{
	"aws_ecr_lifecycle_policy": {"policy"}, "aws_iam_policy": {"policy"}, "aws_iam_role": {"assumeRolePolicy"},
	"aws_iam_role_policy": {"policy"}, "aws_kms_key": {"policy"}, "aws_sns_topic": {"policy"},
	"aws_sns_topic_policy": {"policy"},
}

// notRehearsed are arguments of pulumi-aws that Terraform's provider is too old for, and that change nothing which
// the rehearsal could show: dropped, with a warning. Any other unknown argument is an error.
var notRehearsed = map[string][]string{
	"aws_cloudwatch_log_group": {"deletionProtectionEnabled"},
}
