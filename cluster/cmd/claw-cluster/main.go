// Command claw-cluster is a small real Kubernetes for development, tests and the demo: all of its programs in one
// binary, and the sub-commands that start and stop them. See ../../README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/prismer-ai/k8s4claw/cluster/internal/apishape"
	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// sourceHash names the sources this binary was built from; set by the linker.
var sourceHash = "unknown"

const usage = `usage: claw-cluster COMMAND

  build                  build the binary, print its path
  api [--dir D]          etcd, API server and controller manager in a temporary folder; prints kubeconfig=PATH and
                         lives until standard input closes or a signal comes; many can run side by side
  kubectl ...            kubectl
  helm ...               helm
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	name := os.Args[1]
	arguments := os.Args[2:]
	if run, ok := components[name]; ok {
		// Each linked program believes that the binary is its own.
		os.Args = append([]string{name}, arguments...)
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
	"api":  runAPI,
	"help": func([]string) error { fmt.Print(usage); return nil },
}

func runAPI(arguments []string) error {
	flags := flag.NewFlagSet("api", flag.ExitOnError)
	parent := flags.String("dir", "", "folder in which the cluster's own temporary folder is made")
	_ = flags.Parse(arguments)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	apishape.WatchOwner(ctx, os.Stdin, stop)
	return apishape.Run(ctx, *parent, os.Stdout, progress.New(os.Stderr))
}
