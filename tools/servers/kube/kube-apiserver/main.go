// Command kube-apiserver runs the Kubernetes API server as published in the Go modules of a release.
package main

import (
	"os"
	_ "time/tzdata" // time zones must not depend on the machine the binary runs on

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
