package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/controlplane"
	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

var errNotUp = errors.New("the node is not up; start it with: claw-cluster up")

// startLimit: 20 s on an idle machine, much longer where a compiler has the cores.
const startLimit = 5 * time.Minute

// Options of Up.
type Options struct {
	// Binary is the source hash of this binary.
	Binary string
	// Supervisor is the sub-command that calls Supervise.
	Supervisor string
	// Repository is the clone whose images/build makes the node's own images.
	Repository      string
	InstallPackages bool
}

// Up brings the node up and returns when a pod could be started and a name resolved. A node that runs this very binary
// is left as it is; one of another build is replaced.
func Up(ctx context.Context, options Options, log *progress.Log) error {
	if os.Geteuid() != 0 {
		return errors.New(machine{system: "linux/amd64", user: os.Geteuid()}.problems()[0])
	}
	release, err := acquireUnused(ctx, options.Binary, log)
	if err != nil {
		return err
	}
	defer release()
	known, err := readRecord()
	if err != nil {
		return err
	}
	alive := supervisorPid() != 0
	switch {
	case alive && known != nil && known.Complete && known.Binary == options.Binary:
		log.Say("the node is up")
		return awaitReady(ctx, log)
	case alive && known != nil && known.Complete:
		log.Say("the node that is up is of another build, replacing it")
	case alive || known != nil:
		log.Say("clearing what a node left behind that was not started or stopped to the end")
	}
	if alive || known != nil {
		if err := tearDown(log); err != nil {
			return err
		}
	}
	return create(ctx, options, log)
}

func create(ctx context.Context, options Options, log *progress.Log) error {
	if err := preflight(options, log); err != nil {
		return err
	}
	images, err := buildImages(ctx, options.Repository, "pause", "coredns", "metrics-server", "local-path-provisioner")
	if err != nil {
		return err
	}
	loadModules()
	before := &record{
		Binary: options.Binary, Sysctls: snapshotSysctls(), Chains: clusterChains(), Folders: missingFolders(),
	}
	if err := before.write(); err != nil {
		return err
	}
	hasUpstream, err := writeConfiguration()
	if err != nil {
		return err
	}
	if err := applySysctls(); err != nil {
		return err
	}
	if err := addNodeAddress(); err != nil {
		return err
	}
	log.Say("starting etcd, API server, controllers, scheduler, containerd, kubelet and kube-proxy (logs in %s)", in("log"))
	if err := startSupervisor(ctx, options.Supervisor); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := containerdReady(limited); err != nil {
		return notReady("containerd", err)
	}
	archives := []string{
		images["pause"].archive, images["coredns"].archive, images["metrics-server"].archive,
		images["local-path-provisioner"].archive,
	}
	if err := Load(limited, archives, log); err != nil {
		return err
	}
	if err := plan().ServerReady(limited); err != nil {
		return notReady("kube-apiserver", err)
	}
	log.Say("the API server is ready")
	if err := applyManifests(corednsManifests(images["coredns"].reference, hasUpstream)); err != nil {
		return err
	}
	if err := applyManifests(metricsServerManifests(images["metrics-server"].reference)); err != nil {
		return err
	}
	if err := applyManifests(provisionerManifests(images["local-path-provisioner"].reference)); err != nil {
		return err
	}
	if err := awaitReady(limited, log); err != nil {
		return err
	}
	before.Complete = true
	return before.write()
}

func preflight(options Options, log *progress.Log) error {
	found := examine()
	if len(found.missing) > 0 && options.InstallPackages && found.user == 0 {
		if err := installPackages(found.missing, log); err != nil {
			return err
		}
		found = examine()
	}
	if problems := found.problems(); len(problems) > 0 {
		return errors.New(strings.Join(problems, "\nclaw-cluster up: "))
	}
	if options.Repository == "" {
		return errors.New("start it by the script cluster/claw-cluster of a clone: the node's images are made from its sources")
	}
	return nil
}

// writeConfiguration makes the keys and all files that components read.
func writeConfiguration() (hasUpstream bool, err error) {
	for _, folder := range []string{"log", "cni"} {
		if err := os.MkdirAll(in(folder), 0o755); err != nil {
			return false, err
		}
	}
	if err := plan().WriteFiles(); err != nil {
		return false, err
	}
	resolv, hasUpstream := machineResolvConf()
	for name, text := range map[string]string{
		"containerd.toml":        containerdConfiguration(),
		"kubelet.yaml":           kubeletConfiguration(),
		"cni/10-bridge.conflist": networkConfiguration(),
		"resolv.conf":            resolv,
	} {
		if err := os.WriteFile(in(name), []byte(text), 0o644); err != nil {
			return false, err
		}
	}
	return hasUpstream, nil
}

func awaitReady(ctx context.Context, log *progress.Log) error {
	limited, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	client, err := plan().AdminClient()
	if err != nil {
		return err
	}
	if err := plan().ServerReady(limited); err != nil {
		return notReady("kube-apiserver", err)
	}
	if err := controlplane.Poll(limited, 200*time.Millisecond, func(ctx context.Context) bool { return nodeIsReady(ctx, client) }); err != nil {
		return notReady("kubelet", err)
	}
	log.Say("the node is Ready")
	if err := controlplane.Poll(limited, 200*time.Millisecond, func(ctx context.Context) bool {
		return dnsIsAvailable(ctx, client) && dnsAnswers(ctx)
	}); err != nil {
		return notReady("kubelet", fmt.Errorf("no answer from the cluster's DNS: %w", err))
	}
	log.Say("DNS answers")
	// Not only for who wants metrics: while an aggregated API does not answer, no namespace can be deleted.
	if err := controlplane.Poll(limited, 200*time.Millisecond, func(ctx context.Context) bool {
		return metricsAreAvailable(ctx, client)
	}); err != nil {
		return notReady("kubelet", fmt.Errorf("metrics.k8s.io does not answer: %w", err))
	}
	log.Say("metrics.k8s.io answers")
	return nil
}

type condition struct{ Type, Status string }

func nodeIsReady(ctx context.Context, client *controlplane.Client) bool {
	var node struct {
		Status struct{ Conditions []condition }
	}
	if client.Get(ctx, "/api/v1/nodes/"+controlplane.NodeName, &node) != nil {
		return false
	}
	return holds(node.Status.Conditions, "Ready")
}

func dnsIsAvailable(ctx context.Context, client *controlplane.Client) bool {
	var deployment struct {
		Status struct{ Conditions []condition }
	}
	if client.Get(ctx, "/apis/apps/v1/namespaces/kube-system/deployments/coredns", &deployment) != nil {
		return false
	}
	return holds(deployment.Status.Conditions, "Available")
}

func holds(conditions []condition, kind string) bool {
	for _, condition := range conditions {
		if condition.Type == kind {
			return condition.Status == "True"
		}
	}
	return false
}

func notReady(component string, err error) error {
	return fmt.Errorf("%s is not ready: %w; its log is %s, and claw-cluster down takes everything away",
		component, err, in("log", component+".log"))
}

// Status tells whether the node is up, and which build it is of.
func Status() (up bool, binary string) {
	known, err := readRecord()
	if err != nil || known == nil || supervisorPid() == 0 {
		return false, ""
	}
	return true, known.Binary
}
