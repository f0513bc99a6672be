package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// Down stops the node and takes away everything it made. Without a node it does nothing.
func Down(log *progress.Log) error {
	if os.Geteuid() != 0 {
		return errors.New("stopping the node needs root")
	}
	release, err := acquire(log)
	if err != nil {
		return err
	}
	defer release()
	known, err := readRecord()
	if err != nil {
		return err
	}
	if known == nil && supervisorPid() == 0 {
		log.Say("the node is not up")
		return nil
	}
	return tearDown(log)
}

// tearDown works from the top down: who restarts things first, then what runs, then what only running things need.
// Every step is content to find nothing, so that it can be repeated after it was interrupted. The record goes last.
func tearDown(log *progress.Log) error {
	known, err := readRecord()
	if err != nil {
		return err
	}
	if known == nil {
		known = &record{}
	}
	if err := stopSupervisor(); err != nil {
		return err
	}
	sockets := shimSockets()
	if err := killPods(); err != nil {
		return err
	}
	removePodCgroups()
	unmountBelow(root, run)
	removeInterfaces()
	removeChains(known.Chains)
	restoreSysctls(known.Sysctls)
	for _, path := range append(sockets, known.Folders...) {
		unmountBelow(path)
		_ = os.RemoveAll(path)
	}
	if err := removeFolders(); err != nil {
		return err
	}
	log.Say("the node is gone")
	return nil
}

func stopSupervisor() error {
	pid := supervisorPid()
	if pid == 0 {
		return nil
	}
	if err := unix.Kill(pid, unix.SIGTERM); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("stop the supervisor %d: %w", pid, err)
	}
	for deadline := time.Now().Add(20 * time.Second); supervisorPid() == pid; {
		if time.Now().After(deadline) {
			// Its children asked the kernel to follow it.
			_ = unix.Kill(pid, unix.SIGKILL)
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// removeFolders leaves the record for the end. A mount that just went may still be busy for a moment.
func removeFolders() error {
	if err := os.RemoveAll(run); err != nil {
		return err
	}
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if path := filepath.Join(root, entry.Name()); path != recordFile {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(root)
}
