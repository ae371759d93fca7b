package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"google.golang.org/protobuf/types/known/structpb"
)

// Terraform's AWS provider 5.100.0 does not know a cluster's deletion protection, which came with 6.9.0. It is read and
// set beside it, by EKS's own API.
const (
	clusterType        = "aws:eks/cluster:Cluster"
	protectionProperty = "deletionProtection"
)

// protection is a cluster's deletion protection in a set of properties.
type protection struct{ known, enabled bool }

func protectionOf(kind string, properties *structpb.Struct) protection {
	value, ok := properties.GetFields()[protectionProperty].GetKind().(*structpb.Value_BoolValue)
	if kind != clusterType || !ok {
		return protection{}
	}
	return protection{known: true, enabled: value.BoolValue}
}

func (p protection) put(properties *structpb.Struct) {
	if p.known && properties != nil {
		properties.Fields[protectionProperty] = structpb.NewBoolValue(p.enabled)
	}
}

// hideProtection takes the property away from what the bridge sees, whose Terraform schema does not have it.
func hideProtection(kind string, all ...**structpb.Struct) {
	for _, properties := range all {
		if protectionOf(kind, *properties).known {
			fields := maps.Clone((*properties).Fields)
			delete(fields, protectionProperty)
			*properties = &structpb.Struct{Fields: fields}
		}
	}
}

func protect(ctx context.Context, cluster string, enabled bool) error {
	body, err := json.Marshal(map[string]bool{protectionProperty: enabled})
	if err != nil {
		return err
	}
	_, err = eks(ctx, http.MethodPost, "/clusters/"+url.PathEscape(cluster)+"/update-config", body)
	return err
}

func isProtected(ctx context.Context, cluster string) (bool, error) {
	answer, err := eks(ctx, http.MethodGet, "/clusters/"+url.PathEscape(cluster), nil)
	if err != nil {
		return false, err
	}
	var described struct {
		Cluster struct {
			DeletionProtection bool `json:"deletionProtection"`
		} `json:"cluster"`
	}
	return described.Cluster.DeletionProtection, json.Unmarshal(answer, &described)
}

// eks sends a signed request to the EKS of the environment.
func eks(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	if settings.BaseEndpoint == nil {
		return nil, fmt.Errorf("AWS_ENDPOINT_URL is not set: this provider is for the rehearsal alone")
	}
	request, err := http.NewRequestWithContext(ctx, method, *settings.BaseEndpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	credentials, err := settings.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(body)
	digest := hex.EncodeToString(hash[:])
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, digest, "eks", settings.Region, time.Now()); err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("EKS answers %s to %s %s: %s", response.Status, method, path, answer)
	}
	return answer, err
}
