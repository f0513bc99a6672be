package node

import (
	"os"
	"path/filepath"
	"strings"
)

// wantedSysctls are the values that a node needs.
var wantedSysctls = map[string]string{
	"net.ipv4.ip_forward": "1",
	// Traffic between two pods of the bridge must pass iptables, or Services do not work from a pod to itself.
	"net.bridge.bridge-nf-call-iptables":  "1",
	"net.bridge.bridge-nf-call-ip6tables": "1",
	// Every container runtime and watch takes inotify instances; the default of 128 is gone after a few dozen pods.
	"fs.inotify.max_user_instances": "1024",
	"fs.inotify.max_user_watches":   "524288",
}

// touchedSysctls are set by kubelet, kube-proxy or the network plugins on their own.
var touchedSysctls = []string{
	"vm.overcommit_memory", "vm.panic_on_oom", "kernel.panic", "kernel.panic_on_oops",
	"kernel.keys.root_maxkeys", "kernel.keys.root_maxbytes",
	"net.ipv4.conf.all.route_localnet", "net.ipv4.conf.all.forwarding", "net.ipv4.conf.default.forwarding",
	"net.ipv6.conf.all.forwarding", "net.ipv6.conf.default.forwarding",
	"net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_tcp_be_liberal",
	"net.netfilter.nf_conntrack_tcp_timeout_established", "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
}

func sysctlPath(name string) string {
	return filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
}

func readSysctl(name string) (string, bool) {
	text, err := os.ReadFile(sysctlPath(name))
	return strings.TrimSpace(string(text)), err == nil
}

// snapshotSysctls reads all values that may change; those the kernel does not have are left out.
func snapshotSysctls() map[string]string {
	values := map[string]string{}
	for name := range wantedSysctls {
		if value, ok := readSysctl(name); ok {
			values[name] = value
		}
	}
	for _, name := range touchedSysctls {
		if value, ok := readSysctl(name); ok {
			values[name] = value
		}
	}
	return values
}

// applySysctls raises what is lower and sets what is different. A kernel without a value (no bridge filter) goes
// without: what then does not work shows in the pods' network, not here.
func applySysctls() error {
	for name, wanted := range wantedSysctls {
		current, ok := readSysctl(name)
		if !ok || current == wanted || isLarger(current, wanted) {
			continue
		}
		if err := os.WriteFile(sysctlPath(name), []byte(wanted), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func isLarger(current, wanted string) bool {
	return len(current) > len(wanted) || len(current) == len(wanted) && current > wanted
}

// restoreSysctls: ip_forward comes first, because writing it resets the per-interface forwarding values.
func restoreSysctls(before map[string]string) {
	restore := func(name, value string) {
		if current, ok := readSysctl(name); ok && current != value {
			_ = os.WriteFile(sysctlPath(name), []byte(value), 0o644)
		}
	}
	if value, ok := before["net.ipv4.ip_forward"]; ok {
		restore("net.ipv4.ip_forward", value)
	}
	for name, value := range before {
		restore(name, value)
	}
}
