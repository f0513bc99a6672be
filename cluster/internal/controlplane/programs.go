package controlplane

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

const etcdSocket = "etcd.sock"

// Etcd is the store; see the etcd sub-command for why it has no port.
func (p Plan) Etcd() supervise.Program {
	return supervise.Program{Name: "etcd", Args: []string{"--data=etcd", "--socket=" + etcdSocket}}
}

// APIServer waits for the store's socket: it gives up on an absent store only after a long backoff.
func (p Plan) APIServer() supervise.Program {
	return supervise.Program{
		Name: "kube-apiserver",
		Args: []string{
			"--etcd-servers=unix://" + etcdSocket,
			"--bind-address=" + p.Address,
			fmt.Sprintf("--secure-port=%d", p.Port),
			// The port was reserved by binding it with SO_REUSEPORT; see Reserve.
			"--permit-port-sharing=true",
			// An explicit address, or a machine without a default route could not start. In the small shape nothing
			// listens there, but the Service "kubernetes" has an endpoint to read as it has everywhere.
			"--advertise-address=" + NodeAddress,
			"--tls-cert-file=pki/apiserver.crt",
			"--tls-private-key-file=pki/apiserver.key",
			"--client-ca-file=pki/ca.crt",
			"--cert-dir=pki",
			"--service-account-issuer=https://kubernetes.default.svc",
			"--service-account-key-file=pki/service-account.crt",
			"--service-account-signing-key-file=pki/service-account.key",
			"--service-cluster-ip-range=" + ServiceRange,
			"--authorization-mode=Node,RBAC",
			"--enable-admission-plugins=NodeRestriction",
			"--allow-privileged=true",
			// Names of nodes resolve nowhere: without this logs, exec and port-forward fail.
			"--kubelet-preferred-address-types=InternalIP",
			"--kubelet-certificate-authority=pki/ca.crt",
			"--kubelet-client-certificate=pki/kubelet-client.crt",
			"--kubelet-client-key=pki/kubelet-client.key",
			// Aggregated APIs (metrics) are reached at the pod, since the API server's host need not know Service addresses.
			"--enable-aggregator-routing=true",
			"--proxy-client-cert-file=pki/front-proxy.crt",
			"--proxy-client-key-file=pki/front-proxy.key",
			"--requestheader-client-ca-file=pki/ca.crt",
			"--requestheader-allowed-names=front-proxy",
			"--requestheader-username-headers=X-Remote-User",
			"--requestheader-group-headers=X-Remote-Group",
			"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		},
		// A tenth to a fifth of its time goes into collecting garbage on a machine that has memory to spare.
		Environment: []string{"GOGC=400"},
		Ready: func(ctx context.Context) error {
			return Poll(ctx, 20*time.Millisecond, func(context.Context) bool {
				_, err := os.Stat(filepath.Join(p.Folder, etcdSocket))
				return err == nil
			})
		},
	}
}

// ControllerManager acts for each controller under that controller's own account: as an admin it would hide every
// fault of an admission policy or a role.
func (p Plan) ControllerManager() supervise.Program {
	controllers := "*"
	if !p.HasNode {
		// Tests of this shape make Node and Pod objects by hand. Nobody renews such a node's lease or runs such a pod,
		// so these three would mark the one unreachable and delete the other under the test's feet.
		controllers += ",-node-lifecycle-controller,-taint-eviction-controller,-pod-garbage-collector-controller"
	}
	return supervise.Program{
		Name: "kube-controller-manager",
		Args: append(p.componentFlags("controller-manager"),
			"--controllers="+controllers,
			"--use-service-account-credentials=true",
			"--service-account-private-key-file=pki/service-account.key",
			"--root-ca-file=pki/ca.crt",
			"--cluster-signing-cert-file=pki/ca.crt",
			"--cluster-signing-key-file=pki/ca.key",
			"--cluster-cidr="+PodRange,
			"--allocate-node-cidrs=false",
			"--flex-volume-plugin-dir=volume-plugins",
			// The default of 20 requests a second is meant to spare shared servers.
			"--kube-api-qps=200",
			"--kube-api-burst=400",
		),
		Ready: p.ServerReady,
	}
}

// Scheduler places pods; only the node shape has one.
func (p Plan) Scheduler() supervise.Program {
	return supervise.Program{
		Name:  "kube-scheduler",
		Args:  append(p.componentFlags("scheduler"), "--kube-api-qps=200", "--kube-api-burst=400"),
		Ready: p.ServerReady,
	}
}

// componentFlags: one instance needs no leader, and no port of its own.
func (p Plan) componentFlags(kubeconfig string) []string {
	file := kubeconfig + ".kubeconfig"
	return []string{
		"--kubeconfig=" + file,
		"--authentication-kubeconfig=" + file,
		"--authorization-kubeconfig=" + file,
		"--leader-elect=false",
		"--secure-port=0",
	}
}

// ServerReady holds once the bootstrap roles exist; controller manager and scheduler exit when they come before.
func (p Plan) ServerReady(ctx context.Context) error {
	client, err := p.AdminClient()
	if err != nil {
		return err
	}
	return Poll(ctx, 50*time.Millisecond, func(ctx context.Context) bool { return client.Exists(ctx, "/readyz") })
}
