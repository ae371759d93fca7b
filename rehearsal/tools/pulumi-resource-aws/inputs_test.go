package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/internal/logging"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var textSchema = (&schema.Schema{Type: shim.TypeString, Optional: true}).Shim()

func tagMap(kind func(*schema.Schema)) shim.Schema {
	s := &schema.Schema{Type: shim.TypeMap, Elem: textSchema}
	kind(s)
	return s.Shim()
}

// clusterSchema has a text, a list of blocks, and tags.
var clusterSchema = schema.SchemaMap{
	"role_arn": textSchema,
	"log_rule": (&schema.Schema{
		Type: shim.TypeList, Optional: true,
		Elem: (&schema.Resource{Schema: schema.SchemaMap{"log_type": textSchema}}).Shim(),
	}).Shim(),
	"tags":     tagMap(func(s *schema.Schema) { s.Optional = true }),
	"tags_all": tagMap(func(s *schema.Schema) { s.Optional, s.Computed = true, true }),
}

type recordedWarnings []string

func (r *recordedWarnings) Warn(text string)   { *r = append(*r, text) }
func (r *recordedWarnings) Debug(string)       {}
func (r *recordedWarnings) Info(string)        {}
func (r *recordedWarnings) Error(string)       {}
func (r *recordedWarnings) StatusUntyped() any { return r }

func objectOf(pairs map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(pairs)
}

func TestAnUnknownArgumentIsFoundAtEveryDepth(t *testing.T) {
	inputs := objectOf(map[string]any{
		"roleArn": "a", "rolearn": "b", "__defaults": []any{},
		"logRules": []any{map[string]any{"logType": "api"}, map[string]any{"type": "audit"}},
	})
	unknown := unknownKeys("", inputs, clusterSchema, nil)
	slices.Sort(unknown)
	if want := []string{"logRules.type", "rolearn"}; !slices.Equal(unknown, want) {
		t.Errorf("unknown arguments are %v, want %v", unknown, want)
	}
}

func TestAnUnknownArgumentIsFoundInASecret(t *testing.T) {
	inputs := resource.PropertyMap{
		"logRules": resource.MakeSecret(resource.NewArrayProperty([]resource.PropertyValue{
			resource.NewObjectProperty(objectOf(map[string]any{"type": "audit"})),
		})),
	}
	if unknown := unknownKeys("", inputs, clusterSchema, nil); !slices.Equal(unknown, []string{"logRules.type"}) {
		t.Errorf("unknown arguments are %v", unknown)
	}
}

func TestARenamedArgumentIsKnownByItsPulumiNameOnly(t *testing.T) {
	fields := map[string]*info.Schema{"role_arn": named("role")}
	if unknown := unknownKeys("", objectOf(map[string]any{"role": "a"}), clusterSchema, fields); unknown != nil {
		t.Errorf("unknown arguments are %v", unknown)
	}
	if unknown := unknownKeys("", objectOf(map[string]any{"roleArn": "a"}), clusterSchema, fields); unknown == nil {
		t.Error("the Terraform name is accepted beside the Pulumi name")
	}
}

func TestWhatIsNotRehearsedIsDroppedWithAWarning(t *testing.T) {
	warnings := recordedWarnings{}
	ctx := context.WithValue(context.Background(), logging.CtxKey, &warnings)
	c := check{token: "aws:eks/cluster:Cluster", schema: clusterSchema, dropped: []string{"deletionProtection"}}
	checked, err := c.inputs(ctx, objectOf(map[string]any{"roleArn": "a", "deletionProtection": true}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := checked["deletionProtection"]; ok {
		t.Error("Terraform's provider would be sent an argument that it does not know")
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "deletionProtection is not rehearsed") {
		t.Errorf("warnings are %v", warnings)
	}
}

func TestAnyOtherUnknownArgumentIsAnErrorThatNamesIt(t *testing.T) {
	c := check{token: "aws:eks/cluster:Cluster", schema: clusterSchema, dropped: []string{"deletionProtection"}}
	_, err := c.inputs(context.Background(), objectOf(map[string]any{"deletionProtected": true}), nil)
	if err == nil || !strings.Contains(err.Error(), "aws:eks/cluster:Cluster has no deletionProtected in Terraform") {
		t.Errorf("the error is %v", err)
	}
}

func TestDefaultTagsAreMergedUnderTheResourcesOwn(t *testing.T) {
	config := objectOf(map[string]any{"defaultTags": map[string]any{"tags": map[string]any{"owner": "us", "stack": "dev"}}})
	inputs := objectOf(map[string]any{"tags": map[string]any{"owner": "them"}})
	setTagsAll(inputs, config)
	want := objectOf(map[string]any{"owner": "them", "stack": "dev"})
	if got := inputs["tagsAll"]; !got.IsObject() || !got.ObjectValue().DeepEquals(want) {
		t.Errorf("tagsAll is %v, want %v", got, want)
	}
}

func TestTagsThatAreNotKnownYetLeaveAllTagsUnknown(t *testing.T) {
	inputs := resource.PropertyMap{"tags": resource.MakeComputed(resource.NewStringProperty(""))}
	setTagsAll(inputs, nil)
	if !inputs["tagsAll"].IsComputed() {
		t.Errorf("tagsAll is %v", inputs["tagsAll"])
	}
}

func TestAPolicyObjectBecomesJSONAndStaysSecret(t *testing.T) {
	object := resource.NewObjectProperty(objectOf(map[string]any{"Version": "2012-10-17"}))
	text, err := jsonText(resource.MakeSecret(object))
	if err != nil {
		t.Fatal(err)
	}
	if !text.IsSecret() || text.SecretValue().Element.StringValue() != `{"Version":"2012-10-17"}` {
		t.Errorf("the document is %v", text)
	}
}

func TestAPolicyWithAnUnknownPartIsUnknown(t *testing.T) {
	object := resource.NewObjectProperty(resource.PropertyMap{"Version": resource.MakeComputed(resource.NewStringProperty(""))})
	if text, err := jsonText(object); err != nil || !text.IsComputed() {
		t.Errorf("the document is %v (%v)", text, err)
	}
}

func TestAPolicyTextIsLeftAsItIs(t *testing.T) {
	written := resource.NewStringProperty(`{ "Version": "2012-10-17" }`)
	if text, err := jsonText(written); err != nil || !text.DeepEquals(written) {
		t.Errorf("the document is %v (%v)", text, err)
	}
}
