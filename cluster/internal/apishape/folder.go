package apishape

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const folderPrefix = "claw-cluster-api-"

// folder is a temporary folder with a lock that the kernel gives up with its process. So a later start can tell a
// folder in use from one whose owner was killed, and remove the latter.
type folder struct {
	path string
	lock *os.File
}

func newFolder(parent string) (*folder, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	parent, err := filepath.Abs(parent)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, err
	}
	removeAbandoned(parent)
	for {
		path, err := os.MkdirTemp(parent, folderPrefix)
		if err != nil {
			return nil, err
		}
		lock, err := os.Create(filepath.Join(path, "lock"))
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
			return nil, fmt.Errorf("lock %s: %w", lock.Name(), err)
		}
		if _, err := os.Stat(lock.Name()); err == nil {
			return &folder{path: path, lock: lock}, nil
		}
		// Another start took the folder for an abandoned one, between its making and its lock. Once more.
		_ = lock.Close()
	}
}

func (f *folder) remove() {
	_ = os.RemoveAll(f.path)
	_ = f.lock.Close()
}

func removeAbandoned(parent string) {
	candidates, err := filepath.Glob(filepath.Join(parent, folderPrefix+"*"))
	if err != nil {
		return
	}
	for _, path := range candidates {
		lock, err := os.Open(filepath.Join(path, "lock"))
		if err != nil {
			continue // just being made, or not ours
		}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			_ = os.RemoveAll(path)
		}
		_ = lock.Close()
	}
}
