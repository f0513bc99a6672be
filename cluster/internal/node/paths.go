// Package node is the large test bed: one real node with containers, of which a machine has at most one.
//
// Everything it makes lies in two folders or is written down in a record before it is made, so that Down, run by any
// clone of the project at any time, finds and undoes it even after a crash.
package node

import (
	"path/filepath"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
)

const (
	// root holds what may be large: keys, store, images, volumes, logs.
	root = "/var/lib/k8s4claw-node"
	// run holds sockets and what must not outlive a boot.
	run = "/run/k8s4claw-node"
	// lockFile lies outside of both, because both are removed while it is held.
	lockFile = "/run/k8s4claw-node.lock"

	containerdSocket = run + "/containerd/containerd.sock"
	supervisorLock   = run + "/supervisor.lock"
	recordFile       = root + "/record.json"
	bridge           = "cni0"
	pauseImage       = "docker.io/local/pause:1"
)

// plan: the API server listens on the node's own address only, which pods and this machine reach and nobody else does.
func plan() controlplane.Plan {
	return controlplane.Plan{Folder: root, Address: controlplane.NodeAddress, Port: 6443, HasNode: true}
}

// Kubeconfig is the admin's kubeconfig.
func Kubeconfig() string { return plan().AdminKubeconfig() }

func in(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }

// sharedFolders are made by components that offer no way to put them elsewhere. Those that were not there before are
// removed with the node.
func sharedFolders() []string {
	return []string{
		"/var/lib/kubelet",    // the kubelet's device plugin socket
		"/var/log/containers", // links into the log folder
		"/var/lib/cni",        // results of network plugins
		"/run/containerd",     // sockets of container shims
		"/opt/containerd",
		"/var/run/kubernetes",
	}
}
