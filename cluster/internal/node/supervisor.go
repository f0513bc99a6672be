package node

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

// Supervise runs the node's components until a signal comes. It is a process of its own, since the components must
// outlive the command that started them; should it be killed, the kernel kills them too.
func Supervise() error {
	if err := holdForLife(supervisorLock); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	signal.Ignore(syscall.SIGHUP)
	log := progress.New(os.Stderr)
	group, err := supervise.NewGroup(root, log.Say)
	if err != nil {
		return err
	}
	plan := plan()
	group.Start(containerd())
	group.Start(plan.Etcd())
	group.Start(plan.APIServer())
	group.Start(plan.ControllerManager())
	group.Start(plan.Scheduler())
	group.Start(kubelet(plan.ServerReady))
	group.Start(proxy(plan.ServerReady))
	log.Say("supervising in %s", root)
	log.Say("stopping: %v", <-stop)
	group.Stop()
	return nil
}

// startSupervisor starts this binary once more, in a session of its own, and waits until it holds its lock.
func startSupervisor(ctx context.Context, command string) error {
	log, err := os.OpenFile(in("log", "supervisor.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	if err := inheritNothing(); err != nil {
		return err
	}
	process := supervise.Self(command)
	process.Dir = "/"
	process.Stdout, process.Stderr = log, log
	process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := process.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err = controlplane.Poll(limited, 20*time.Millisecond, func(context.Context) bool {
		return supervisorPid() == process.Process.Pid || len(ended) > 0
	})
	if err != nil || len(ended) > 0 {
		return fmt.Errorf("the supervisor did not start; the end of its log:\n%s", supervise.Tail(log.Name(), 2000))
	}
	return nil
}

// inheritNothing keeps from children what the caller had open: a lock, say, that flock(1) holds while this command runs
// would be held until the node goes.
func inheritNothing() error {
	if err := unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("keep open files from the node: %w", err)
	}
	return nil
}
