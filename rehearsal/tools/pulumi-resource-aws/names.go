package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// Deeper than any type here; a few schemas contain themselves.
const maxDepth = 6

// property is one served property, as a Pulumi program sees it.
type property struct {
	Input      bool                `json:"input"`
	List       bool                `json:"list"`
	Secret     bool                `json:"secret"`
	Default    any                 `json:"default"`
	Properties map[string]property `json:"properties,omitempty"`
}

// describe returns the served names: `{token: {property: what it is}}`.
func describe(provider info.Provider) map[string]map[string]property {
	all := map[string]map[string]property{}
	for name, r := range provider.Resources {
		all[string(r.Tok)] = properties(provider.P.ResourcesMap().Get(name).Schema(), r.Fields, 0)
	}
	for name, d := range provider.DataSources {
		all[string(d.Tok)] = properties(provider.P.DataSourcesMap().Get(name).Schema(), d.Fields, 0)
	}
	return all
}

func properties(schema shim.SchemaMap, fields map[string]*info.Schema, depth int) map[string]property {
	found := map[string]property{}
	schema.Range(func(name string, s shim.Schema) bool {
		field := fields[name]
		p := property{
			Input:  s.Optional() || s.Required(),
			List:   (s.Type() == shim.TypeList || s.Type() == shim.TypeSet) && !tfbridge.IsMaxItemsOne(s, field),
			Secret: s.Sensitive() || (field != nil && field.Secret != nil && *field.Secret),
		}
		if field != nil && field.Default != nil {
			p.Default = field.Default.Value
		}
		if nested, ok := s.Elem().(shim.Resource); ok && depth < maxDepth {
			p.Properties = properties(nested.Schema(), nil, depth+1)
		}
		found[tfbridge.TerraformToPulumiNameV2(name, schema, fields)] = p
		return true
	})
	return found
}
