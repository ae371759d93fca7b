package main

import (
	"context"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// strict makes the bridge for the plugin framework answer as the bridge for Terraform's SDK does, which pulumi-aws uses
// for nearly all types: see docs/rehearsal-providers.md.
type strict struct {
	pulumirpc.ResourceProviderServer
	// nameProperties holds, by type, the property that Pulumi names where the program does not.
	nameProperties map[string]string
}

func newStrict(inner pulumirpc.ResourceProviderServer, provider info.Provider) strict {
	names := map[string]string{}
	for name, r := range provider.Resources {
		for _, field := range resourceFields[name] {
			if field.Default != nil && field.Default.AutoNamed {
				names[string(r.Tok)] = field.Name
			}
		}
	}
	return strict{ResourceProviderServer: inner, nameProperties: names}
}

func typeOf(urn string) string {
	parts := strings.Split(urn, "::")
	qualified := strings.Split(parts[2], "$")
	return string(tokens.Type(qualified[len(qualified)-1]))
}

// Check keeps the arguments of a cluster that Terraform does not know.
func (s strict) Check(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	kind := typeOf(request.Urn)
	protection := protectionOf(kind, request.News)
	hideProtection(kind, &request.Olds, &request.News)
	response, err := s.ResourceProviderServer.Check(ctx, request)
	if err == nil && response.Inputs != nil {
		protection.put(response.Inputs)
	}
	return response, err
}

// Diff deletes first what has a name of the program's own, and sees a change of a cluster's deletion protection.
func (s strict) Diff(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	kind := typeOf(request.Urn)
	before, after := protectionOf(kind, request.Olds), protectionOf(kind, request.News)
	hideProtection(kind, &request.Olds, &request.OldInputs, &request.News)
	response, err := s.ResourceProviderServer.Diff(ctx, request)
	if err != nil {
		return response, err
	}
	if len(response.Replaces) > 0 && s.isNamedByProgram(kind, request.News) {
		response.DeleteBeforeReplace = true
	}
	if after.known && before.enabled != after.enabled {
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		response.Diffs = append(response.Diffs, protectionProperty)
		if response.DetailedDiff == nil {
			response.DetailedDiff = map[string]*pulumirpc.PropertyDiff{}
		}
		response.DetailedDiff[protectionProperty] = &pulumirpc.PropertyDiff{Kind: pulumirpc.PropertyDiff_UPDATE}
	}
	return response, nil
}

// isNamedByProgram tells whether the inputs hold a name that Pulumi has not made.
// Source: nameRequiresDeleteBeforeReplace in pulumi-terraform-bridge's pkg/tfbridge/schema.go
func (s strict) isNamedByProgram(kind string, inputs *structpb.Struct) bool {
	property, ok := s.nameProperties[kind]
	if !ok || inputs.GetFields()[property] == nil {
		return false
	}
	defaults := inputs.GetFields()["__defaults"].GetListValue()
	return defaults != nil && !slices.ContainsFunc(defaults.GetValues(), func(each *structpb.Value) bool {
		return each.GetStringValue() == property
	})
}

// Create keeps what a creation that failed has made: the engine puts it into the state and updates it the next time.
func (s strict) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	ctx, asked := withOperation(ctx, "create", request.Timeout)
	kind, inputs := typeOf(request.Urn), request.Properties
	protection := protectionOf(kind, inputs)
	hideProtection(kind, &request.Properties)
	response, err := s.ResourceProviderServer.Create(ctx, request)
	if err != nil {
		return response, err
	}
	protection.put(response.Properties)
	if protection.enabled && !request.Preview && len(asked.reasons) == 0 {
		if err := protect(ctx, response.Id, true); err != nil {
			asked.reasons = []string{err.Error()}
		}
	}
	if len(asked.reasons) == 0 {
		return response, nil
	}
	failed := &pulumirpc.ErrorResourceInitFailed{
		Id: response.Id, Properties: response.Properties, Inputs: inputs, Reasons: asked.reasons,
	}
	return nil, rpcerror.WithDetails(rpcerror.New(codes.Unknown, strings.Join(asked.reasons, "; ")), failed)
}

// Update passes the engine's timeout on, and changes a cluster's deletion protection.
func (s strict) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	ctx, _ = withOperation(ctx, "update", request.Timeout)
	kind := typeOf(request.Urn)
	before, after := protectionOf(kind, request.Olds), protectionOf(kind, request.News)
	hideProtection(kind, &request.Olds, &request.OldInputs, &request.News)
	response, err := s.ResourceProviderServer.Update(ctx, request)
	if err != nil {
		return response, err
	}
	after.put(response.Properties)
	if after.known && before.enabled != after.enabled && !request.Preview {
		return response, protect(ctx, request.Id, after.enabled)
	}
	return response, nil
}

// Delete passes the engine's timeout on.
func (s strict) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	ctx, _ = withOperation(ctx, "delete", request.Timeout)
	hideProtection(typeOf(request.Urn), &request.Properties, &request.OldInputs)
	return s.ResourceProviderServer.Delete(ctx, request)
}

// Read adds a cluster's deletion protection, as the account has it.
func (s strict) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	hideProtection(typeOf(request.Urn), &request.Properties, &request.Inputs)
	response, err := s.ResourceProviderServer.Read(ctx, request)
	if err != nil || response.Id == "" || typeOf(request.Urn) != clusterType {
		return response, err
	}
	enabled, err := isProtected(ctx, response.Id)
	if err != nil {
		return nil, err
	}
	found := protection{known: true, enabled: enabled}
	found.put(response.Properties)
	found.put(response.Inputs)
	return response, nil
}
