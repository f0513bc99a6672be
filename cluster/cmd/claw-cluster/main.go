//go:build clawcluster

// Command claw-cluster is a small real Kubernetes for development, tests and the demo: all of its programs in one
// binary, and the sub-commands that start and stop them. See ../../README.md.
package main

import (
	"fmt"
	"os"

	"github.com/prismer-ai/k8s4claw/cluster/internal/node"
)

// sourceHash names the sources this binary was built from; set by the linker.
var sourceHash = "unknown"

const usage = `usage: claw-cluster COMMAND

  api [--dir D]     etcd, API server and controller manager in a temporary folder; prints kubeconfig=PATH and lives
                    until standard input closes or a signal comes; many can run side by side
  up                bring up this machine's one node, with containers; prints kubeconfig=PATH
  down              stop the node and remove everything it made
  status            "up kubeconfig=PATH binary=HASH" and exit 0, or "down" and exit 1
  load FILE.tar...  import docker archives into the node
  images            list the images on the node
  kubectl ...       kubectl; without KUBECONFIG for the node, if it is up
  helm ...          helm, likewise
  build             build the binary if need be, print its path

With KUBECONFIG and CLAW_USE_CURRENT_CLUSTER=1, up and status speak of that cluster and no node is started or stopped.
CLAW_INSTALL_PACKAGES=1 lets up install the Debian packages it needs.
`

// superviseCommand is for startSupervisor only and therefore not in the usage.
const superviseCommand = "supervise-node"

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	// Programs of an administrator are not on every caller's path, not even on root's.
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin")
	name := os.Args[1]
	arguments := os.Args[2:]
	// All processes are one binary: without this they would all have one name in ps and top.
	_ = os.WriteFile("/proc/self/comm", []byte(name), 0)
	if run, ok := components[name]; ok {
		// Each linked program believes that the binary is its own.
		os.Args = append([]string{name}, arguments...)
		if name == "kubectl" || name == "helm" {
			useNodeByDefault()
		}
		os.Exit(run())
	}
	run, ok := commands[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "claw-cluster: no such command: %s\n%s", name, usage)
		os.Exit(2)
	}
	if err := run(arguments); err != nil {
		fmt.Fprintf(os.Stderr, "claw-cluster %s: %v\n", name, err)
		os.Exit(1)
	}
}

var commands = map[string]func(arguments []string) error{
	"api":            runAPI,
	"help":           func([]string) error { fmt.Print(usage); return nil },
	superviseCommand: func([]string) error { return node.Supervise() },
	"up":             runUp,
	"down":           runDown,
	"status":         runStatus,
	"load":           runLoad,
	"images":         runImages,
}
