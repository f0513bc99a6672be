package node

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// podCgroups are the kubelet's trees: one, or one for each controller.
func podCgroups() []string {
	trees, _ := filepath.Glob("/sys/fs/cgroup/*/kubepods")
	if _, err := os.Stat("/sys/fs/cgroup/kubepods"); err == nil {
		trees = append(trees, "/sys/fs/cgroup/kubepods")
	}
	return trees
}

func podCgroupFolders() []string {
	var folders []string
	for _, tree := range podCgroups() {
		_ = filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				folders = append(folders, path)
			}
			return nil
		})
	}
	return folders
}

// podProcesses are all processes inside of containers, however far they have forked away from their shim.
func podProcesses() []int {
	seen := map[int]bool{}
	for _, folder := range podCgroupFolders() {
		text, err := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
		if err != nil {
			continue
		}
		for _, field := range strings.Fields(string(text)) {
			// Process 0 is one of another namespace, which this one cannot signal.
			if pid, err := strconv.Atoi(field); err == nil && pid != 0 {
				seen[pid] = true
			}
		}
	}
	var pids []int
	for pid := range seen {
		pids = append(pids, pid)
	}
	sort.Ints(pids)
	return pids
}

// shims are the processes that hold the containers. They are told by our own socket among their arguments: another
// containerd on this machine has shims too.
func shims() []int {
	var pids []int
	for pid, arguments := range commandLines() {
		if len(arguments) > 0 && strings.HasPrefix(filepath.Base(arguments[0]), "containerd-shim") {
			for _, argument := range arguments[1:] {
				if argument == containerdSocket {
					pids = append(pids, pid)
				}
			}
		}
	}
	return pids
}

func commandLines() map[int][]string {
	lines := map[int][]string{}
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			continue
		}
		var arguments []string
		for _, argument := range bytes.Split(bytes.TrimRight(text, "\x00"), []byte{0}) {
			arguments = append(arguments, string(argument))
		}
		lines[pid] = arguments
	}
	return lines
}

// shimSockets are the sockets of our shims, which lie in a folder that all containerds of a machine share. Each shim
// wrote its own socket's address into its bundle.
func shimSockets() []string {
	files, _ := filepath.Glob(run + "/containerd/io.containerd.runtime.v2.task/k8s.io/*/address")
	var sockets []string
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			sockets = append(sockets, strings.TrimPrefix(strings.TrimSpace(string(text)), "unix://"))
		}
	}
	return sockets
}

// killPods ends the containers and their shims, again and again until none is left: a fork may be faster than a look.
func killPods() error {
	for deadline := time.Now().Add(20 * time.Second); ; {
		thaw()
		left := append(podProcesses(), shims()...)
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("these processes of pods do not end: %v", left)
		}
		for _, pid := range left {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// thaw: a frozen process does not notice that it was killed.
func thaw() {
	for _, folder := range podCgroupFolders() {
		if strings.HasPrefix(folder, "/sys/fs/cgroup/freezer/") {
			_ = os.WriteFile(filepath.Join(folder, "freezer.state"), []byte("THAWED"), 0o644)
		} else {
			_ = os.WriteFile(filepath.Join(folder, "cgroup.freeze"), []byte("0"), 0o644)
		}
	}
}

// removePodCgroups removes from the leaves up. A group whose last process has just died is busy for a moment.
func removePodCgroups() {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		folders := podCgroupFolders()
		if len(folders) == 0 {
			return
		}
		sort.Slice(folders, func(i, j int) bool { return len(folders[i]) > len(folders[j]) })
		for _, folder := range folders {
			_ = unix.Rmdir(folder)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
