package node

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

// kubeletConfiguration
//
//   - cgroups: driver cgroupfs and no refusal of version 1, since neither systemd nor version 2 is everywhere.
//   - crash loops: the gate and the ceiling of 30 s let healing be watched in minutes instead of hours.
//   - eviction and image collection: small percentages, because a developer's disk is fuller than a server's.
//   - volumeStatsAggPeriod: the usage of volumes is a signal of the operator, a minute old is too old for a test.
func kubeletConfiguration() string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
healthzPort: 0
readOnlyPort: 0
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %[2]s/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: %[2]s/pki/kubelet.crt
tlsPrivateKeyFile: %[2]s/pki/kubelet.key
clusterDNS: [%[3]s]
clusterDomain: cluster.local
resolvConf: %[2]s/resolv.conf
containerRuntimeEndpoint: unix://%[4]s
podLogsDir: %[2]s/pod-logs
volumePluginDir: %[2]s/volume-plugins
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
maxPods: 200
syncFrequency: 10s
volumeStatsAggPeriod: 10s
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 30s}
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, nodefs.inodesFree: 1%%, imagefs.available: 1%%}
imageGCHighThresholdPercent: 99
imageGCLowThresholdPercent: 98
`, controlplane.NodeAddress, root, controlplane.DNSService, containerdSocket)
}

func kubelet(serverReady func(context.Context) error) supervise.Program {
	return supervise.Program{
		Name: "kubelet",
		Args: []string{
			"--config=kubelet.yaml",
			"--kubeconfig=kubelet.kubeconfig",
			"--hostname-override=" + controlplane.NodeName,
			"--node-ip=" + controlplane.NodeAddress,
			"--root-dir=" + in("kubelet"),
			"--cert-dir=" + in("pki"),
		},
		Ready: func(ctx context.Context) error {
			if err := containerdReady(ctx); err != nil {
				return err
			}
			return serverReady(ctx)
		},
	}
}

// proxy makes Services work. conntrack stays as the machine has it: the zeroes mean "do not touch".
func proxy(serverReady func(context.Context) error) supervise.Program {
	return supervise.Program{
		Name: "kube-proxy",
		Args: []string{
			"--kubeconfig=proxy.kubeconfig",
			"--hostname-override=" + controlplane.NodeName,
			"--cluster-cidr=" + controlplane.PodRange,
			"--proxy-mode=iptables",
			"--iptables-min-sync-period=100ms",
			"--iptables-localhost-nodeports=false",
			"--nodeport-addresses=" + controlplane.NodeAddress + "/32",
			"--conntrack-max-per-core=0",
			"--conntrack-tcp-timeout-established=0s",
			"--conntrack-tcp-timeout-close-wait=0s",
			"--metrics-bind-address=127.0.0.1:10249",
			"--healthz-bind-address=127.0.0.1:10256",
		},
		Ready: serverReady,
	}
}

// resolvConf is the machine's, less what a pod cannot use: a name server on the loopback device is the host's own
// cache, and inside a pod it would be the pod itself. hasServer is false if none is left.
func resolvConf(texts ...string) (text string, hasServer bool) {
	for _, candidate := range texts {
		var lines []string
		for _, line := range strings.Split(candidate, "\n") {
			fields := strings.Fields(line)
			if len(fields) < 2 || fields[0] != "nameserver" || isLoopback(fields[1]) {
				continue
			}
			lines = append(lines, line)
		}
		if len(lines) > 0 {
			return strings.Join(lines, "\n") + "\n", true
		}
	}
	return "", false
}

func isLoopback(address string) bool {
	return strings.HasPrefix(address, "127.") || address == "::1"
}

// machineResolvConf looks behind systemd-resolved's stub too.
func machineResolvConf() (string, bool) {
	var texts []string
	for _, path := range []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"} {
		if text, err := os.ReadFile(path); err == nil {
			texts = append(texts, string(text))
		}
	}
	return resolvConf(texts...)
}
