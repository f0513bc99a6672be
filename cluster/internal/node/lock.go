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

// holdForLife marks this process as the one holder of a file for as long as it lives; the supervisor is told by it. A lock and not a process id
// in a file: ids are used again, and whoever finds one in a file may stop a stranger. With this kind of lock the kernel
// itself tells who holds it.
func holdForLife(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	if err := unix.FcntlFlock(file.Fd(), unix.F_SETLK, &lock); err != nil {
		return fmt.Errorf("process %d holds %s: %w", holder(path), path, err)
	}
	held = append(held, file)
	return nil
}

// held keeps the garbage collector from closing the files, and with them the locks.
var held []*os.File

// supervisorPid returns the id of the living supervisor, or 0.
func supervisorPid() int { return holder(supervisorLock) }

// holder returns the id of the process that holds a file, or 0.
func holder(path string) int {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
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
