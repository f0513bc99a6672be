package node

import (
	"context"
	_ "embed"
	"strings"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
)

//go:embed metrics-server.yaml
var metricsServerTemplate string

func metricsServerManifests(image string) string {
	return strings.ReplaceAll(metricsServerTemplate, "@IMAGE@", image)
}

// metricsAreAvailable: the API server has asked metrics-server, and that has measured.
func metricsAreAvailable(ctx context.Context, client *controlplane.Client) bool {
	var service struct {
		Status struct{ Conditions []condition }
	}
	if client.Get(ctx, "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io", &service) != nil {
		return false
	}
	return holds(service.Status.Conditions, "Available")
}
