package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// check holds what is needed to bring one type's inputs from pulumi-aws's shape into Terraform's.
type check struct {
	token     string
	schema    shim.SchemaMap
	fields    map[string]*info.Schema
	documents []resource.PropertyKey
	dropped   []string
}

// inputs refuses what Terraform's schema does not know: the bridge would drop such a property without a word.
func (c check) inputs(ctx context.Context, inputs, config resource.PropertyMap) (resource.PropertyMap, error) {
	for _, key := range c.documents {
		if value, ok := inputs[key]; ok {
			text, err := jsonText(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			inputs[key] = text
		}
	}
	delete(inputs, "id") // Terraform's id looks like an input, so an import reads it as one
	for _, name := range drop(inputs, c.dropped) {
		tfbridge.GetLogger(ctx).Warn(fmt.Sprintf(
			"%s is not rehearsed: Terraform's AWS provider %s is too old for it", name, terraformVersion))
	}
	if unknown := unknownKeys("", inputs, c.schema, c.fields); len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, fmt.Errorf("%s has no %s in Terraform's AWS provider %s",
			c.token, strings.Join(unknown, ", "), terraformVersion)
	}
	if all, ok := c.schema.GetOk("tags_all"); ok && all.Optional() {
		setTagsAll(inputs, config)
	}
	return inputs, nil
}

// drop removes the named inputs and returns the names of those that were there.
func drop(inputs resource.PropertyMap, names []string) []string {
	var found []string
	for _, name := range names {
		if _, ok := inputs[resource.PropertyKey(name)]; ok {
			delete(inputs, resource.PropertyKey(name))
			found = append(found, name)
		}
	}
	return found
}

// unknownKeys lists the inputs, nested ones included, that the Terraform schema has no place for.
func unknownKeys(
	path string, inputs resource.PropertyMap, schema shim.SchemaMap, fields map[string]*info.Schema,
) []string {
	known := map[string]shim.Schema{}
	schema.Range(func(name string, s shim.Schema) bool {
		known[tfbridge.TerraformToPulumiNameV2(name, schema, fields)] = s
		return true
	})
	var unknown []string
	for key, value := range inputs {
		name := string(key)
		s, ok := known[name]
		switch {
		case strings.HasPrefix(name, "__"):
		case !ok:
			unknown = append(unknown, path+name)
		case s != nil:
			if nested, ok := s.Elem().(shim.Resource); ok {
				for _, object := range objects(value) {
					unknown = append(unknown, unknownKeys(path+name+".", object, nested.Schema(), nil)...)
				}
			}
		}
	}
	return unknown
}

// objects returns the known objects in a value: itself or its elements.
func objects(v resource.PropertyValue) (found []resource.PropertyMap) {
	switch {
	case v.IsSecret():
		return objects(v.SecretValue().Element)
	case v.IsOutput() && v.OutputValue().Known:
		return objects(v.OutputValue().Element)
	case v.IsObject():
		return []resource.PropertyMap{v.ObjectValue()}
	case v.IsArray():
		for _, element := range v.ArrayValue() {
			found = append(found, objects(element)...)
		}
	}
	return found
}

// setTagsAll adds the provider's default tags to a resource's own, as pulumi-aws does, so that a preview shows how a
// change of either alters the tags that end up in AWS.
func setTagsAll(inputs, config resource.PropertyMap) {
	all := resource.PropertyMap{}
	for _, block := range objects(config["defaultTags"]) {
		for _, tags := range objects(block["tags"]) {
			maps.Copy(all, tags)
		}
	}
	own, ok := inputs["tags"]
	if ok && len(objects(own)) == 0 {
		inputs["tagsAll"] = own // not known yet
		return
	}
	for _, tags := range objects(own) {
		maps.Copy(all, tags)
	}
	inputs["tagsAll"] = resource.NewObjectProperty(all)
}

// jsonText renders an object as JSON text and leaves everything else as it is.
func jsonText(v resource.PropertyValue) (resource.PropertyValue, error) {
	switch {
	case v.IsSecret():
		inner, err := jsonText(v.SecretValue().Element)
		return resource.MakeSecret(inner), err
	case v.IsOutput() && v.OutputValue().Known:
		o := v.OutputValue()
		inner, err := jsonText(o.Element)
		o.Element = inner
		return resource.NewOutputProperty(o), err
	case v.IsObject() || v.IsArray():
		if v.ContainsUnknowns() {
			return resource.MakeComputed(resource.NewStringProperty("")), nil
		}
		text, err := json.Marshal(v.Mappable())
		return resource.NewStringProperty(string(text)), err
	}
	return v, nil
}
