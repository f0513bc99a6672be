package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
)

// loadModules asks for what may be a module; where it is built in, or modprobe is absent, nothing is lost.
func loadModules() {
	for _, name := range []string{"overlay", "br_netfilter"} {
		_ = exec.Command("modprobe", name).Run()
	}
}

// nodeAddress: the node needs an address that does not change with the machine's network and that pods can reach. Not
// every kernel has dummy devices, so it is one more address of the loopback device.
func nodeAddress() (netlink.Link, *netlink.Addr, error) {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return nil, nil, err
	}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(controlplane.NodeAddress), Mask: net.CIDRMask(32, 32)}}
	return loopback, address, nil
}

func addNodeAddress() error {
	loopback, address, err := nodeAddress()
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(loopback, address); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("give the loopback device the address %s: %w", controlplane.NodeAddress, err)
	}
	return nil
}

// removeInterfaces deletes the bridge, what hangs on it, and the node's address. The kernel deletes the pods' ends with
// their namespaces, but some time later.
func removeInterfaces() {
	if link, err := netlink.LinkByName(bridge); err == nil {
		links, _ := netlink.LinkList()
		for _, port := range links {
			if port.Attrs().MasterIndex == link.Attrs().Index {
				_ = netlink.LinkDel(port)
			}
		}
		_ = netlink.LinkDel(link)
	}
	if loopback, address, err := nodeAddress(); err == nil {
		_ = netlink.AddrDel(loopback, address)
	}
}

// networkConfiguration is what the container runtime gives to the network plugins for each pod. The plugin "firewall"
// lets the pods' traffic pass where another program (docker) has set the policy of FORWARD to DROP.
func networkConfiguration() string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {
      "type": "bridge",
      "bridge": %q,
      "isGateway": true,
      "ipMasq": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "dataDir": %q,
        "ranges": [[{"subnet": "10.244.0.0/24"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}},
    {"type": "firewall"}
  ]
}
`, bridge, in("cni-addresses"))
}

// cniFolder finds the network plugins: Debian's are not where upstream's are.
func cniFolder() string {
	for _, folder := range []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"} {
		complete := true
		for _, plugin := range []string{"bridge", "host-local", "loopback", "portmap", "firewall"} {
			if _, err := os.Stat(folder + "/" + plugin); err != nil {
				complete = false
			}
		}
		if complete {
			return folder
		}
	}
	return ""
}
