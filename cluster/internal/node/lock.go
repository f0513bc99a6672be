package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// acquire serialises up and down of all clones on this machine. The kernel gives the lock up with its process.
func acquire(log *progress.Log) (release func(), err error) {
	file, err := os.OpenFile(lockFile, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		log.Say("another claw-cluster is starting or stopping the node, waiting for it")
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX)
		if err != nil {
			return nil, fmt.Errorf("lock %s: %w", lockFile, err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("lock %s: %w", lockFile, err)
	}
	return func() { _ = file.Close() }, nil
}

// holdSupervisorLock marks this process as the node's supervisor for as long as it lives. A lock and not a process id
// in a file: ids are used again, and whoever finds one in a file may stop a stranger. With this kind of lock the kernel
// itself tells who holds it.
func holdSupervisorLock() error {
	if err := os.MkdirAll(filepath.Dir(supervisorLock), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(supervisorLock, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	if err := unix.FcntlFlock(file.Fd(), unix.F_SETLK, &lock); err != nil {
		return fmt.Errorf("another supervisor runs: lock %s: %w", supervisorLock, err)
	}
	heldForLife = file
	return nil
}

// heldForLife keeps the garbage collector from closing the supervisor's file, and with it the lock.
var heldForLife *os.File

// supervisorPid returns the id of the living supervisor, or 0.
func supervisorPid() int {
	file, err := os.OpenFile(supervisorLock, os.O_RDWR, 0)
	if err != nil {
		return 0
	}
	defer file.Close()
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	if err := unix.FcntlFlock(file.Fd(), unix.F_GETLK, &lock); err != nil || lock.Type == unix.F_UNLCK {
		return 0
	}
	return int(lock.Pid)
}
