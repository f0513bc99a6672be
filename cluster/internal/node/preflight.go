package node

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
)

// What a node needs: its own processes take 0.9 GB, the pods of a test run the rest.
const (
	neededMemoryMB = 2000
	neededDiskMB   = 3000
)

// machine is what preflight found out, apart from what it thinks of it, so that the latter can be tested.
type machine struct {
	system      string
	user        int
	missing     []string // Debian packages
	memoryMB    int
	diskMB      int
	takenPorts  []string
	takenRanges []string
	foreignPods bool
	overlay     bool
	memoryGroup bool
}

// problems returns one line for each reason why no node can start here, with what to do about it.
func (m machine) problems() []string {
	if m.system != "linux/amd64" {
		// Nothing else that was looked at means much on another system.
		return []string{"the node runs on linux/amd64, this is " + m.system + "; use a cluster of your own: KUBECONFIG with CLAW_USE_CURRENT_CLUSTER=1"}
	}
	if m.user != 0 {
		return []string{"the node needs root (it makes namespaces, mounts and network devices): run this with sudo, or use a cluster of your own: KUBECONFIG with CLAW_USE_CURRENT_CLUSTER=1"}
	}
	var lines []string
	say := func(wrong bool, format string, arguments ...any) {
		if wrong {
			lines = append(lines, fmt.Sprintf(format, arguments...))
		}
	}
	say(len(m.missing) > 0, "packages are missing: apt-get update && apt-get install -y --no-install-recommends %s (or set CLAW_INSTALL_PACKAGES=1)",
		strings.Join(m.missing, " "))
	say(m.memoryMB < neededMemoryMB, "the node needs %d MB of memory, %d MB are available", neededMemoryMB, m.memoryMB)
	say(m.diskMB < neededDiskMB, "the node needs %d MB of disk in %s, %d MB are free", neededDiskMB, root, m.diskMB)
	say(len(m.takenPorts) > 0, "something else listens on %s: stop it, or use it as your cluster (KUBECONFIG with CLAW_USE_CURRENT_CLUSTER=1)",
		strings.Join(m.takenPorts, ", "))
	say(len(m.takenRanges) > 0, "the network already routes %s, which the node uses for itself", strings.Join(m.takenRanges, ", "))
	say(m.foreignPods, "another kubelet has pods on this machine (cgroup kubepods is not empty): stop it first")
	say(!m.overlay, "the kernel has no overlay file system, which container images need")
	say(!m.memoryGroup, "the kernel has no memory cgroup, without which no container has a memory limit")
	return lines
}

func examine() machine {
	return machine{
		system:      runtime.GOOS + "/" + runtime.GOARCH,
		user:        os.Geteuid(),
		missing:     missingPackages(),
		memoryMB:    availableMemoryMB(),
		diskMB:      freeDiskMB("/var/lib"),
		takenPorts:  takenPorts(),
		takenRanges: takenRanges(),
		foreignPods: len(podProcesses()) > 0,
		overlay:     fileContains("/proc/filesystems", "overlay"),
		memoryGroup: hasMemoryCgroup(),
	}
}

// missingPackages looks for the programs, not for Debian's package database: another system may have the former
// without the latter.
func missingPackages() []string {
	needs := []struct {
		name  string
		there bool
	}{
		{"containerd", onPath("containerd", "ctr", "containerd-shim-runc-v2")},
		{"runc", onPath("runc")},
		{"containernetworking-plugins", cniFolder() != ""},
		{"iptables", onPath("iptables", "iptables-restore", "ip6tables")},
		{"conntrack", onPath("conntrack")},
		{"socat", onPath("socat")},
		{"ebtables", onPath("ebtables")},
		{"buildah", onPath("buildah")},
		{"gcc", onPath("gcc")},
		{"libc6-dev", staticLibrary()},
	}
	var missing []string
	for _, need := range needs {
		if !need.there {
			missing = append(missing, need.name)
		}
	}
	return missing
}

func onPath(names ...string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			return false
		}
	}
	return true
}

// staticLibrary: pause and hog are linked statically.
func staticLibrary() bool {
	for _, path := range []string{"/usr/lib/x86_64-linux-gnu/libc.a", "/usr/lib64/libc.a", "/usr/lib/libc.a"} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

func availableMemoryMB() int {
	text, _ := os.ReadFile("/proc/meminfo")
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemAvailable:" {
			kilobytes, _ := strconv.Atoi(fields[1])
			return kilobytes / 1024
		}
	}
	return 0
}

func freeDiskMB(path string) int {
	var disk unix.Statfs_t
	if err := unix.Statfs(path, &disk); err != nil {
		return 0
	}
	return int(disk.Bavail * uint64(disk.Bsize) >> 20)
}

// takenPorts asks for every port on all addresses, for that is how a foreign cluster would hold it.
func takenPorts() []string {
	var taken []string
	for _, port := range []int{6443, 10249, 10250, 10256} {
		listener, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		if err != nil {
			taken = append(taken, fmt.Sprintf("port %d", port))
			continue
		}
		_ = listener.Close()
	}
	return taken
}

// takenRanges finds routes that overlap the node's own ranges; the default route overlaps everything and means nothing.
func takenRanges() []string {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
	if err != nil {
		return nil
	}
	var taken []string
	for _, own := range []string{controlplane.ServiceRange, controlplane.PodRange, controlplane.NodeAddress + "/32"} {
		_, ownRange, err := net.ParseCIDR(own)
		if err != nil {
			continue
		}
		for _, route := range routes {
			if route.Dst == nil {
				continue
			}
			size, _ := route.Dst.Mask.Size()
			overlaps := size > 0 && (route.Dst.Contains(ownRange.IP) || ownRange.Contains(route.Dst.IP))
			// One foreign range may overlap several of ours.
			if text := route.Dst.String(); overlaps && !slices.Contains(taken, text) {
				taken = append(taken, text)
			}
		}
	}
	return taken
}

func fileContains(path, text string) bool {
	content, err := os.ReadFile(path)
	return err == nil && strings.Contains(string(content), text)
}

// hasMemoryCgroup knows both layouts: one tree for all controllers, or one tree each.
func hasMemoryCgroup() bool {
	if fileContains("/sys/fs/cgroup/cgroup.controllers", "memory") {
		return true
	}
	_, err := os.Stat("/sys/fs/cgroup/memory/memory.limit_in_bytes")
	return err == nil
}
