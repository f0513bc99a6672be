//go:build clawcluster

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/prismer-ai/k8s4claw/cluster/internal/apishape"
	"github.com/prismer-ai/k8s4claw/cluster/internal/node"
	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

func untilSignal() (context.Context, func()) {
	return signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
}

func runAPI(arguments []string) error {
	flags := flag.NewFlagSet("api", flag.ExitOnError)
	parent := flags.String("dir", "", "folder in which the cluster's own temporary folder is made")
	_ = flags.Parse(arguments)
	ctx, stop := untilSignal()
	defer stop()
	apishape.WatchOwner(ctx, os.Stdin, stop)
	return apishape.Run(ctx, *parent, os.Stdout, progress.New(os.Stderr))
}

func runUp([]string) error {
	log := progress.New(os.Stderr)
	if foreign, kubeconfig, err := foreignCluster(); err != nil {
		return err
	} else if foreign {
		log.Say("using the cluster of KUBECONFIG, no node is started")
		fmt.Println("kubeconfig=" + kubeconfig)
		return nil
	}
	ctx, stop := untilSignal()
	defer stop()
	options := node.Options{
		Binary:          sourceHash,
		Supervisor:      superviseCommand,
		Repository:      os.Getenv("CLAW_REPOSITORY"),
		InstallPackages: os.Getenv("CLAW_INSTALL_PACKAGES") == "1",
	}
	if err := node.Up(ctx, options, log); err != nil {
		return err
	}
	fmt.Println("kubeconfig=" + node.Kubeconfig())
	return nil
}

func runDown([]string) error {
	log := progress.New(os.Stderr)
	if foreign, _, err := foreignCluster(); err != nil {
		return err
	} else if foreign {
		log.Say("the cluster of KUBECONFIG is not ours to stop")
		return nil
	}
	return node.Down(log)
}

func runStatus([]string) error {
	if foreign, kubeconfig, err := foreignCluster(); err != nil {
		return err
	} else if foreign {
		fmt.Printf("up kubeconfig=%s binary=none\n", kubeconfig)
		return nil
	}
	up, binary := node.Status()
	if !up {
		fmt.Println("down")
		os.Exit(1)
	}
	fmt.Printf("up kubeconfig=%s binary=%s\n", node.Kubeconfig(), binary)
	return nil
}

func runLoad(archives []string) error {
	if len(archives) == 0 {
		return errors.New("name at least one docker archive")
	}
	if err := needNode(); err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop()
	return node.Load(ctx, archives, progress.New(os.Stderr))
}

func runImages([]string) error {
	if err := needNode(); err != nil {
		return err
	}
	names, err := node.Images(context.Background())
	for _, name := range names {
		fmt.Println(name)
	}
	return err
}

// foreignCluster tells whether the caller has a cluster of his own and wants that one used.
func foreignCluster() (foreign bool, kubeconfig string, err error) {
	if os.Getenv("CLAW_USE_CURRENT_CLUSTER") != "1" {
		return false, "", nil
	}
	kubeconfig = os.Getenv("KUBECONFIG")
	if kubeconfig == "" {
		return false, "", errors.New("CLAW_USE_CURRENT_CLUSTER=1 needs KUBECONFIG to name the cluster")
	}
	return true, kubeconfig, nil
}

func needNode() error {
	foreign, _, err := foreignCluster()
	if err == nil && foreign {
		err = errors.New("only the node's own images can be seen and loaded; a cluster of yours takes them from a registry: images/build --push")
	}
	return err
}

// useNodeByDefault points kubectl and helm at the node where nothing else was said.
func useNodeByDefault() {
	if os.Getenv("KUBECONFIG") != "" {
		return
	}
	if up, _ := node.Status(); up {
		os.Setenv("KUBECONFIG", node.Kubeconfig())
	}
}
