//go:build clawcluster

package main

import (
	genericapiserver "k8s.io/apiserver/pkg/server"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app"
)

func main() {
	_ = app.NewMetricsServerCommand(genericapiserver.SetupSignalHandler()).Execute()
}
