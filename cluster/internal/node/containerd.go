package node

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/supervise"
)

// containerdConfiguration gives the node a container runtime of its own: a system-wide one, if there is one, has
// other images, other networks and another owner.
//
// restrict_oom_score_adj: without CAP_SYS_RESOURCE (containers, some virtual machines) every pod sandbox would fail
// with "can't get final child's PID from pipe". netns_mounts_under_state_dir: otherwise the pods' network namespaces
// are mounted among those of other programs, where Down could not tell them apart.
func containerdConfiguration() string {
	return fmt.Sprintf(`version = 2
root = %q
state = %q
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
]

[grpc]
  address = %q

[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  sandbox_image = %q
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %q
    conf_dir = %q

  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = %q
`, in("containerd"), run+"/containerd", containerdSocket, pauseImage, cniFolder(), in("cni"), run+"/runc")
}

func containerd() supervise.Program {
	path, err := exec.LookPath("containerd")
	if err != nil {
		path = "containerd" // the supervisor reports that it cannot be started
	}
	return supervise.Program{Name: "containerd", Path: path, Args: []string{"--config=containerd.toml"}}
}

// containerdReady holds when the runtime answers, which is later than when its socket exists.
func containerdReady(ctx context.Context) error {
	return controlplane.Poll(ctx, 100*time.Millisecond, func(ctx context.Context) bool {
		if _, err := os.Stat(containerdSocket); err != nil {
			return false
		}
		connection, err := net.DialTimeout("unix", containerdSocket, time.Second)
		if err != nil {
			return false
		}
		_ = connection.Close()
		return ctr(ctx, "version").Run() == nil
	})
}

// ctr is containerd's own client, in the namespace that the kubelet uses.
func ctr(ctx context.Context, arguments ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ctr", append([]string{"--address", containerdSocket, "--namespace", "k8s.io"}, arguments...)...)
}
