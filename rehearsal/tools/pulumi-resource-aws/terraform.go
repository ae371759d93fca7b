package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/pulumi/pulumi-terraform-bridge/v3/dynamic/internal/shim/run"
)

const (
	terraformSource   = "registry.terraform.io/hashicorp/aws"
	terraformVersion  = "5.100.0"
	terraformProtocol = 5
	// The bridge's own name for a folder of the usual layout of a Terraform plugin mirror.
	mirrorVariable   = "PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR"
	reattachVariable = "PULUMI_BRIDGE_REATTACH_PROVIDERS"
)

// What a Terraform plugin asks for before it serves: https://developer.hashicorp.com/terraform/plugin/best-practices
var handshake = goplugin.HandshakeConfig{
	MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
	MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
}

// terraform is a running Terraform AWS provider. However this process ends, its own ends too.
type terraform struct {
	client *goplugin.Client
	server run.Provider
}

func startTerraform(ctx context.Context) (*terraform, error) {
	binary, err := terraformBinary(os.Getenv(mirrorVariable))
	if err != nil {
		return nil, err
	}
	// The kernel's signal comes when the thread that started the process ends, so this one must last.
	runtime.LockOSThread()
	command := exec.Command(binary)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]goplugin.PluginSet{terraformProtocol: {}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Cmd:              command,
		Logger:           hclog.NewNullLogger(),
	})
	if _, err := client.Start(); err != nil {
		return nil, err
	}
	t := &terraform{client: client}
	if err := t.attach(ctx); err != nil {
		t.stop()
		return nil, err
	}
	return t, nil
}

// attach makes the bridge use the process that runs already, instead of one of its own that would outlive this one.
func (t *terraform) attach(ctx context.Context) error {
	process := t.client.ReattachConfig()
	entries, err := json.Marshal(map[string]any{terraformSource: map[string]any{
		"Protocol":        process.Protocol,
		"ProtocolVersion": terraformProtocol,
		"Pid":             process.Pid,
		"Addr":            map[string]string{"Network": process.Addr.Network(), "String": process.Addr.String()},
	}})
	if err != nil {
		return err
	}
	if err := os.Setenv(reattachVariable, string(entries)); err != nil {
		return err
	}
	t.server, err = run.NamedProvider(ctx, terraformSource, terraformVersion)
	return err
}

func (t *terraform) stop() { t.client.Kill() }

func terraformBinary(mirror string) (string, error) {
	if mirror == "" {
		return "", errors.New(mirrorVariable + " must name a Terraform plugin mirror")
	}
	folder := filepath.Join(mirror, terraformSource, terraformVersion, runtime.GOOS+"_"+runtime.GOARCH)
	found, err := filepath.Glob(filepath.Join(folder, "terraform-provider-aws*"))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("there is no terraform-provider-aws in %s", folder)
	}
	return found[0], nil
}

// served is the Terraform provider without the 1,500 types that nobody asks for.
type served struct {
	tfprotov6.ProviderServer
	types *types
}

func (s served) GetProviderSchema(
	ctx context.Context, request *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	all, err := s.ProviderServer.GetProviderSchema(ctx, request)
	if err != nil {
		return nil, err
	}
	all.ResourceSchemas = only(all.ResourceSchemas, resourceTokens())
	all.DataSourceSchemas = only(all.DataSourceSchemas, dataSourceTokens())
	s.types.schemas = all.ResourceSchemas
	all.Functions, all.EphemeralResourceSchemas, all.ListResourceSchemas = nil, nil, nil
	return all, nil
}

func only[T any, S any](all map[string]S, wanted map[string]T) map[string]S {
	kept := make(map[string]S, len(wanted))
	for name := range wanted {
		if schema, ok := all[name]; ok {
			kept[name] = schema
		}
	}
	return kept
}
