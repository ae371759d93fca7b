package main

import (
	"context"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func providerInfo(p shim.Provider) info.Provider {
	provider := info.Provider{
		P: p, Name: "aws", ResourcePrefix: "aws", Version: version, TFProviderVersion: terraformVersion,
		// Without this a preview names changed properties but not their old and new values.
		EnableAccuratePFBridgePreview: true,
		MetadataInfo:                  &info.Metadata{Data: tfbridge.ProviderMetadata(nil)},
		Config:                        providerFields,
		Resources:                     map[string]*info.Resource{},
		DataSources:                   map[string]*info.DataSource{},
	}
	var region resource.PropertyValue
	provider.PreConfigureCallback = func(vars resource.PropertyMap, _ shim.ResourceConfig) error {
		region = vars["region"]
		return nil
	}
	for name, token := range resourceTokens() {
		r := &info.Resource{Tok: token, Fields: resourceFields[name], DeleteBeforeReplace: deleteBeforeReplace[name]}
		r.TransformOutputs = transformOutputs(&region)
		r.PreCheckCallback = check{
			token: string(token), schema: p.ResourcesMap().Get(name).Schema(), fields: r.Fields,
			documents: jsonDocuments[name], dropped: notRehearsed[name],
		}.inputs
		provider.Resources[name] = r
	}
	for name, token := range dataSourceTokens() {
		provider.DataSources[name] = &info.DataSource{Tok: token, Fields: dataSourceFields[name]}
	}
	return provider
}

// transformOutputs adds what pulumi-aws 7 has and Terraform 5.100 lacks: every resource's region and, for an EKS
// cluster, its one certificate authority.
func transformOutputs(region *resource.PropertyValue) info.PropertyTransform {
	return func(_ context.Context, outputs resource.PropertyMap) (resource.PropertyMap, error) {
		if _, ok := outputs["region"]; !ok && region.HasValue() {
			outputs["region"] = *region
		}
		if v, ok := outputs["certificateAuthorities"]; ok {
			if v.IsArray() && len(v.ArrayValue()) > 0 {
				v = v.ArrayValue()[0]
			}
			outputs["certificateAuthority"] = v
		}
		return outputs, nil
	}
}
