package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// timeoutKey is where Terraform's SDK keeps the timeouts of an operation in a resource's private data.
// Source: https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/resource_timeout.go
const timeoutKey = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0"

// frameworkTypes are written with Terraform's plugin framework. Of these Pulumi's provider, too, forgets what a failed
// creation has made, and they have no timeouts in their private data.
var frameworkTypes = map[string]bool{
	"aws_eks_pod_identity_association":    true,
	"aws_vpc_security_group_egress_rule":  true,
	"aws_vpc_security_group_ingress_rule": true,
}

// operation is one create, update or delete that the engine has asked for. It travels in the context, past the bridge,
// whose code for the plugin framework drops the engine's timeout and the state that a failed creation leaves.
type operation struct {
	name    string // create, update or delete
	seconds float64
	reasons []string // why a creation failed, whose resource is there
}

type operationKey struct{}

func withOperation(ctx context.Context, name string, seconds float64) (context.Context, *operation) {
	asked := &operation{name: name, seconds: seconds}
	return context.WithValue(ctx, operationKey{}, asked), asked
}

func operationOf(ctx context.Context) *operation {
	asked, _ := ctx.Value(operationKey{}).(*operation)
	return asked
}

// ApplyResourceChange passes the engine's timeout on, and keeps the resource of a creation that failed.
func (s served) ApplyResourceChange(
	ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	asked := operationOf(ctx)
	if asked == nil {
		return s.ProviderServer.ApplyResourceChange(ctx, request)
	}
	void, err := s.passTimeout(asked, request)
	if err != nil {
		return nil, err
	}
	response, err := s.ProviderServer.ApplyResourceChange(ctx, request)
	if err != nil {
		return nil, err
	}
	if asked.name == "create" && !frameworkTypes[request.TypeName] {
		if id, err := s.identifier(request.TypeName, response.NewState); err == nil && id != "" {
			asked.reasons, response.Diagnostics = splitErrors(response.Diagnostics)
		}
	}
	if void != nil {
		response.Diagnostics = append(response.Diagnostics, void)
	}
	return response, nil
}

// passTimeout writes the engine's timeout where Terraform's SDK reads it, or returns a warning that the type has none.
func (s served) passTimeout(
	asked *operation, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.Diagnostic, error) {
	if asked.seconds <= 0 {
		return nil, nil
	}
	if !s.types.hasTimeout(request.TypeName, asked.name) {
		return &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityWarning,
			Summary: fmt.Sprintf("custom_timeouts.%s does nothing: %s has no such timeout in Terraform",
				asked.name, request.TypeName),
		}, nil
	}
	private := map[string]any{}
	if len(request.PlannedPrivate) > 0 {
		if err := json.Unmarshal(request.PlannedPrivate, &private); err != nil {
			return nil, fmt.Errorf("private data of %s: %w", request.TypeName, err)
		}
	}
	timeouts, _ := private[timeoutKey].(map[string]any)
	if timeouts == nil {
		timeouts = map[string]any{}
	}
	timeouts[asked.name] = int64(asked.seconds * float64(time.Second))
	private[timeoutKey] = timeouts
	written, err := json.Marshal(private)
	request.PlannedPrivate = written
	return nil, err
}

// identifier returns the id in a resource's state, and nothing where there is no state.
func (s served) identifier(typeName string, state *tfprotov6.DynamicValue) (string, error) {
	if state == nil {
		return "", nil
	}
	value, err := state.Unmarshal(s.types.valueType(typeName))
	if err != nil || value.IsNull() {
		return "", err
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return "", err
	}
	id, ok := attributes["id"]
	if !ok || !id.IsKnown() || id.IsNull() {
		return "", nil
	}
	var text string
	return text, id.As(&text)
}

// splitErrors returns the texts of the errors, and the diagnostics that are none.
func splitErrors(all []*tfprotov6.Diagnostic) (reasons []string, rest []*tfprotov6.Diagnostic) {
	for _, each := range all {
		if each.Severity == tfprotov6.DiagnosticSeverityError {
			reasons = append(reasons, strings.TrimSpace(each.Summary+" "+each.Detail))
		} else {
			rest = append(rest, each)
		}
	}
	return reasons, rest
}

// types knows the Terraform types that are served.
type types struct{ schemas map[string]*tfprotov6.Schema }

func (t *types) valueType(name string) tftypes.Type { return t.schemas[name].ValueType() }

// hasTimeout tells whether a type has a timeout for an operation.
func (t *types) hasTimeout(name, operation string) bool {
	schema, ok := t.schemas[name]
	if !ok {
		return false
	}
	for _, block := range schema.Block.BlockTypes {
		if block.TypeName != "timeouts" {
			continue
		}
		for _, attribute := range block.Block.Attributes {
			if attribute.Name == operation {
				return true
			}
		}
	}
	return false
}
