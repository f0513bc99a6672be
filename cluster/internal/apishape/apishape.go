// Package apishape is the small test bed: etcd, API server and controller manager in a temporary folder, as many side
// by side as memory allows, alive exactly as long as the process that asked for it.
package apishape

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

const (
	address = "127.0.0.1"
	// startLimit is generous: the usual time is 4 s, but a machine that compiles at the same time may need ten times that.
	startLimit = 3 * time.Minute
	// A component that ended this often before the cluster was ready will not come up at the next try either.
	hopeless = 4
)

// Run starts a cluster, prints its kubeconfig's path to out once it is usable, and takes it away when ctx ends.
func Run(ctx context.Context, parentFolder string, out io.Writer, log *progress.Log) error {
	folder, err := newFolder(parentFolder)
	if err != nil {
		return err
	}
	defer folder.remove()
	port, release, err := controlplane.Reserve(address)
	if err != nil {
		return fmt.Errorf("reserve a port of %s: %w", address, err)
	}
	defer release()
	plan := controlplane.Plan{Folder: folder.path, Address: address, Port: port}
	if err := plan.WriteFiles(); err != nil {
		return err
	}
	group, err := supervise.NewGroup(folder.path, log.Say)
	if err != nil {
		return err
	}
	defer group.Stop()
	log.Say("starting etcd, API server (port %d) and controller manager in %s", port, folder.path)
	group.Start(plan.Etcd())
	group.Start(plan.APIServer())
	group.Start(plan.ControllerManager())
	if err := awaitUsable(ctx, plan, group); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before it was up: that is no failure
		}
		return err
	}
	log.Say("ready")
	if _, err := fmt.Fprintln(out, "kubeconfig="+plan.AdminKubeconfig()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// awaitUsable waits for the default ServiceAccount: it exists only when the API server answers, the bootstrap roles
// are there and the controller manager works under them.
func awaitUsable(ctx context.Context, plan controlplane.Plan, group *supervise.Group) error {
	client, err := plan.AdminClient()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	failed := ""
	err = controlplane.Poll(limited, 50*time.Millisecond, func(ctx context.Context) bool {
		for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager"} {
			if group.Restarts(name) >= hopeless {
				failed = name
				return true
			}
		}
		return client.Exists(ctx, "/api/v1/namespaces/default/serviceaccounts/default") && client.Exists(ctx, "/readyz")
	})
	switch {
	case failed != "":
		return fmt.Errorf("%s does not stay up; the end of its log:\n%s", failed, group.LogTail(failed, 2000))
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("not ready after %s; the end of the API server's log:\n%s", startLimit, group.LogTail("kube-apiserver", 2000))
	default:
		return err
	}
}

// WatchOwner calls stop when the process that started this one is gone: its end of our standard input closed, or we
// were given to another parent. PR_SET_PDEATHSIG would not do: it fires when the *thread* that forked us ends, and a
// JVM forks from whichever thread called it.
func WatchOwner(ctx context.Context, input *os.File, stop func()) {
	if !isNullDevice(input) {
		go func() {
			_, _ = io.Copy(io.Discard, input)
			stop()
		}()
	}
	parent := os.Getppid()
	go func() {
		_ = controlplane.Poll(ctx, 500*time.Millisecond, func(context.Context) bool { return os.Getppid() != parent })
		stop()
	}()
}

// isNullDevice: a shell gives /dev/null to what it starts with "&". That is no owner who could close it.
func isNullDevice(file *os.File) bool {
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	own, err := file.Stat()
	return err == nil && os.SameFile(null, own)
}
