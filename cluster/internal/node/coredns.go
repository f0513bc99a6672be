package node

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

//go:embed coredns.yaml
var corednsTemplate string

// corednsManifests: without an upstream server the plugin that forwards would refuse to start, and names outside of
// the cluster are then refused at once instead of timing out.
func corednsManifests(image string, hasUpstream bool) string {
	forward := "        # no name server is configured on this machine: only the cluster's own names resolve"
	if hasUpstream {
		forward = "        forward . /etc/resolv.conf"
	}
	return strings.NewReplacer("@IMAGE@", image, "@FORWARD@", forward, "@ADDRESS@", controlplane.DNSService).Replace(corednsTemplate)
}

// applyManifests uses the linked kubectl, as a person would.
func applyManifests(manifests string) error {
	command := supervise.Self("kubectl", "--kubeconfig", Kubeconfig(), "apply", "--server-side", "-f", "-")
	command.Stdin = strings.NewReader(manifests)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl apply: %w: %s", err, lastLines(string(output), 5))
	}
	return nil
}

// dnsAnswers asks through the Service's address, so that the pod network, kube-proxy's rules and CoreDNS have all
// been seen to work when it holds.
func dnsAnswers(ctx context.Context) bool {
	resolver := net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(controlplane.DNSService, "53"))
		},
	}
	limited, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	addresses, err := resolver.LookupHost(limited, "kubernetes.default.svc.cluster.local.")
	return err == nil && len(addresses) == 1 && addresses[0] == controlplane.APIService
}
