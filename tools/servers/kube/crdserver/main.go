// Command crdserver serves custom resources and nothing else: the API server of apiextensions on its own. It starts and
// restarts in well under a second, which suits tests that do so many times.
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	definitions "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	genericserver "k8s.io/apiserver/pkg/server"
	enabled "k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/version"
)

func main() {
	opts := options.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	command := &cobra.Command{
		Use:     "crdserver",
		Short:   "Serves custom resources from etcd",
		Version: version.Get().GitVersion,
		Args:    cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return opts.ServerRunOptions.ComponentGlobalsRegistry.Set()
		},
		RunE: func(command *cobra.Command, _ []string) error {
			return serve(command.Context(), opts)
		},
	}
	opts.AddFlags(command.Flags())
	command.SetContext(genericserver.SetupSignalContext())
	os.Exit(cli.Run(command))
}

func serve(ctx context.Context, opts *options.CustomResourceDefinitionsServerOptions) error {
	if err := opts.Complete(); err != nil {
		return err
	}
	if err := opts.Validate(); err != nil {
		return err
	}
	config, err := opts.Config()
	if err != nil {
		return err
	}
	// Clients read the kinds' schemas from /openapi/v2; the upstream command leaves it unset.
	config.GenericConfig.OpenAPIConfig = genericserver.DefaultOpenAPIConfig(
		enabled.GetOpenAPIDefinitionsWithoutDisabledFeatures(definitions.GetOpenAPIDefinitions),
		openapi.NewDefinitionNamer(apiserver.Scheme, scheme.Scheme),
	)
	completed := config.Complete()
	// Complete leaves discovery to an aggregator in front. There is none here, and /apis would answer 404.
	completed.GenericConfig.EnableDiscovery = true
	server, err := completed.New(genericserver.NewEmptyDelegate())
	if err != nil {
		return err
	}
	return server.GenericAPIServer.PrepareRun().RunWithContext(ctx)
}
