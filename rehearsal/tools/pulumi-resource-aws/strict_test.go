package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	repositoryURN = "urn:pulumi:dev::slipway::slipway:aws:Registry$aws:ecr/repository:Repository::images-api"
	clusterURN    = "urn:pulumi:dev::slipway::slipway:aws:Cluster$aws:eks/cluster:Cluster::cluster"
)

// answering is a bridge that gives prepared answers.
type answering struct {
	pulumirpc.ResourceProviderServer
	diff    *pulumirpc.DiffResponse
	reasons []string
}

func (a answering) Diff(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return a.diff, nil
}

func (a answering) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	operationOf(ctx).reasons = a.reasons
	return &pulumirpc.CreateResponse{Id: "made", Properties: request.Properties}, nil
}

func structOf(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	made, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAReplacedResourceWithAFixedNameIsDeletedFirst(t *testing.T) {
	for _, c := range []struct {
		name string
		news map[string]any
		want bool
	}{
		{"named by the program", map[string]any{"name": "slipway/api", "__defaults": []any{}}, true},
		{"named by Pulumi", map[string]any{"name": "images-api-1a2b3c4", "__defaults": []any{"name"}}, false},
		{"without a list of defaults", map[string]any{"name": "slipway/api"}, false},
	} {
		inner := answering{diff: &pulumirpc.DiffResponse{Replaces: []string{"encryptionConfigurations"}}}
		s := strict{ResourceProviderServer: inner, nameProperties: map[string]string{"aws:ecr/repository:Repository": "name"}}
		got, err := s.Diff(context.Background(), &pulumirpc.DiffRequest{Urn: repositoryURN, News: structOf(t, c.news)})
		if err != nil || got.DeleteBeforeReplace != c.want {
			t.Errorf("%s: delete before replace is %v (%v), want %v", c.name, got.GetDeleteBeforeReplace(), err, c.want)
		}
	}
}

func TestAChangedDeletionProtectionIsADifference(t *testing.T) {
	s := strict{ResourceProviderServer: answering{diff: &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}}}
	request := &pulumirpc.DiffRequest{
		Urn:  clusterURN,
		Olds: structOf(t, map[string]any{protectionProperty: true}),
		News: structOf(t, map[string]any{protectionProperty: false}),
	}
	got, err := s.Diff(context.Background(), request)
	if err != nil || got.Changes != pulumirpc.DiffResponse_DIFF_SOME || got.DetailedDiff[protectionProperty] == nil {
		t.Errorf("the answer is %v, %v", got, err)
	}
}

func TestAFailedCreationIsKept(t *testing.T) {
	s := strict{ResourceProviderServer: answering{reasons: []string{"waiting for the repository: timeout"}}}
	_, err := s.Create(context.Background(), &pulumirpc.CreateRequest{Urn: repositoryURN, Properties: structOf(t, nil)})
	converted, ok := rpcerror.FromError(err)
	if err == nil || !ok {
		t.Fatalf("the error is %v", err)
	}
	for _, detail := range converted.Details() {
		if failed, ok := detail.(*pulumirpc.ErrorResourceInitFailed); ok && failed.Id == "made" && len(failed.Reasons) == 1 {
			return
		}
	}
	t.Errorf("the details are %v", converted.Details())
}

// applying is a Terraform provider that leaves a resource behind and fails.
type applying struct {
	tfprotov6.ProviderServer
	state    *tfprotov6.DynamicValue
	requests []*tfprotov6.ApplyResourceChangeRequest
}

func (a *applying) ApplyResourceChange(
	_ context.Context, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	a.requests = append(a.requests, request)
	failure := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "waiting: timeout"}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: a.state, Diagnostics: []*tfprotov6.Diagnostic{failure}}, nil
}

func tableSchema() *tfprotov6.Schema {
	text := func(name string) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Optional: true}
	}
	timeouts := &tfprotov6.SchemaNestedBlock{
		TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle,
		Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{text("create")}},
	}
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{text("id")}, BlockTypes: []*tfprotov6.SchemaNestedBlock{timeouts},
	}}
}

func stateWithID(t *testing.T, id any) *tfprotov6.DynamicValue {
	t.Helper()
	kind := tableSchema().ValueType().(tftypes.Object)
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, map[string]tftypes.Value{
		"id": tftypes.NewValue(tftypes.String, id), "timeouts": tftypes.NewValue(kind.AttributeTypes["timeouts"], nil),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

func TestACreationThatLeftAResourceIsNoErrorForTheBridge(t *testing.T) {
	for _, c := range []struct {
		typeName string
		id       any
		kept     bool
	}{{"aws_table", "t-1", true}, {"aws_table", nil, false}, {"aws_vpc_security_group_ingress_rule", "t-1", false}} {
		known := &types{schemas: map[string]*tfprotov6.Schema{c.typeName: tableSchema()}}
		s := served{&applying{state: stateWithID(t, c.id)}, known}
		ctx, asked := withOperation(context.Background(), "create", 0)
		got, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: c.typeName})
		if err != nil {
			t.Fatal(err)
		}
		if kept := len(asked.reasons) == 1 && len(got.Diagnostics) == 0; kept != c.kept {
			t.Errorf("%s with id %v: kept is %v, want %v", c.typeName, c.id, kept, c.kept)
		}
	}
}

func TestATimeoutIsPassedOnOrNamedAsVoid(t *testing.T) {
	terraform := &applying{}
	s := served{terraform, &types{schemas: map[string]*tfprotov6.Schema{"aws_table": tableSchema()}}}
	ctx, _ := withOperation(context.Background(), "create", 90)
	request := &tfprotov6.ApplyResourceChangeRequest{TypeName: "aws_table", PlannedPrivate: []byte(`{"schema_version": "1"}`)}
	if _, err := s.ApplyResourceChange(ctx, request); err != nil {
		t.Fatal(err)
	}
	private := map[string]any{}
	if err := json.Unmarshal(terraform.requests[0].PlannedPrivate, &private); err != nil {
		t.Fatal(err)
	}
	timeouts, _ := private[timeoutKey].(map[string]any)
	if timeouts["create"] != 90e9 || private["schema_version"] != "1" {
		t.Errorf("the private data are %v", private)
	}
	ctx, _ = withOperation(context.Background(), "delete", 90)
	got, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: "aws_table"})
	if err != nil {
		t.Fatal(err)
	}
	last := got.Diagnostics[len(got.Diagnostics)-1]
	if last.Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Errorf("the diagnostics are %v", errors.New(last.Summary))
	}
}
