package node

import (
	"archive/tar"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestOnlyClusterChainsAndTheJumpsIntoThemAreRemoved(t *testing.T) {
	listing := `-P INPUT ACCEPT
-P FORWARD DROP
-N DOCKER
-N KUBE-FORWARD
-N CNI-old
-N CNI-fb1
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -j DOCKER
-A FORWARD -s 10.244.0.2/32 -m comment --comment "name: \"pods\" id: \"2f\"" -j CNI-fb1
-A FORWARD -j CNI-old
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
`
	got := removal("filter", listing, func(chain string) bool { return chain == "CNI-old" })
	want := `*filter
:KUBE-FORWARD - [0:0]
:CNI-fb1 - [0:0]
-D FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-D FORWARD -s 10.244.0.2/32 -m comment --comment "name: \"pods\" id: \"2f\"" -j CNI-fb1
-X KUBE-FORWARD
-X CNI-fb1
COMMIT
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWithoutClusterChainsNothingIsWritten(t *testing.T) {
	if got := removal("nat", "-P INPUT ACCEPT\n-N DOCKER\n-A INPUT -j DOCKER\n", func(string) bool { return false }); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestMountsBelowAFolderAreFoundByWholeNames(t *testing.T) {
	table := `21 1 254:0 / / rw,relatime - ext4 /dev/root rw
22 21 0:20 / /var/lib/k8s4claw-node/kubelet/pods/a/volumes/kubernetes.io~projected/token rw - tmpfs tmpfs rw
23 21 0:21 / /var/lib/k8s4claw-node-of-another/x rw - tmpfs tmpfs rw
24 21 0:22 / /run/k8s4claw-node/with\040space rw - tmpfs tmpfs rw
25 21 0:23 / /run/k8s4claw-node rw - tmpfs tmpfs rw
`
	got := mountPoints(table, []string{"/var/lib/k8s4claw-node", "/run/k8s4claw-node"})
	want := []string{
		"/var/lib/k8s4claw-node/kubelet/pods/a/volumes/kubernetes.io~projected/token",
		"/run/k8s4claw-node/with space",
		"/run/k8s4claw-node",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPodsAreNotGivenANameServerOfTheLoopbackDevice(t *testing.T) {
	cases := map[string]struct {
		texts     []string
		want      string
		hasServer bool
	}{
		"an ordinary file":    {[]string{"search a\nnameserver 192.0.2.1\n"}, "nameserver 192.0.2.1\n", true},
		"a stub and its real": {[]string{"nameserver 127.0.0.53\n", "nameserver 192.0.2.1\n"}, "nameserver 192.0.2.1\n", true},
		"only a stub":         {[]string{"nameserver 127.0.0.53\nnameserver ::1\n"}, "", false},
		"nothing":             {nil, "", false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			if got, hasServer := resolvConf(test.texts...); got != test.want || hasServer != test.hasServer {
				t.Errorf("got %q, %v", got, hasServer)
			}
		})
	}
}

func TestWithoutAnUpstreamServerNothingIsForwarded(t *testing.T) {
	for _, hasUpstream := range []bool{true, false} {
		manifests := corednsManifests("example/coredns:1", hasUpstream)
		if strings.Contains(manifests, "forward . /etc/resolv.conf") != hasUpstream || strings.Contains(manifests, "@") {
			t.Errorf("hasUpstream=%v:\n%s", hasUpstream, manifests)
		}
	}
}

func TestTheMetricsServerRunsTheImageThatWasBuilt(t *testing.T) {
	manifests := metricsServerManifests("example/metrics-server:1")
	if !strings.Contains(manifests, "image: example/metrics-server:1\n") || strings.Contains(manifests, "@") {
		t.Errorf("%s", manifests)
	}
}

func TestAnImageIsLoadedOnlyIfItsNameMeansThisVeryContent(t *testing.T) {
	known := map[string]string{
		"docker.io/local/pause:1": "sha256:manifest-a",
		"sha256:config-a":         "sha256:manifest-a",
		"sha256:config-b":         "sha256:manifest-b",
		"ghcr.io/x/y:1":           "sha256:manifest-b",
	}
	cases := map[string]struct {
		names  []string
		config string
		want   bool
	}{
		"the same image":               {[]string{"ghcr.io/x/y:1"}, "config-b", true},
		"a short name":                 {[]string{"local/pause:1"}, "config-a", true},
		"a name that moved on":         {[]string{"local/pause:1"}, "config-b", false},
		"known content, unknown name":  {[]string{"ghcr.io/x/z:1"}, "config-b", false},
		"an unknown image":             {[]string{"ghcr.io/x/y:2"}, "config-c", false},
		"an archive that names nobody": {nil, "config-a", false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			if got := isLoaded(known, test.names, test.config); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestAnArchivesNamesAreRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "image.tar")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	manifest := `[{"Config":"abc.json","RepoTags":["ghcr.io/x/y:1"],"Layers":["l.tar"]}]`
	archive := tar.NewWriter(file)
	for name, text := range map[string]string{"l.tar": "layer", "manifest.json": manifest} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	names, config, err := readArchive(path)
	if err != nil || config != "abc" || !reflect.DeepEqual(names, []string{"ghcr.io/x/y:1"}) {
		t.Errorf("got %q, %q, %v", names, config, err)
	}
}

func TestWhatTheImageScriptPrintsIsFoundInItsRepository(t *testing.T) {
	images, err := parseBuilt("pause local/pause:1 build/images/pause.tar\nhog x /tmp/hog.tar\n", "/repository", []string{"pause", "hog"})
	if err != nil {
		t.Fatal(err)
	}
	if images["pause"].archive != "/repository/build/images/pause.tar" || images["hog"].archive != "/tmp/hog.tar" {
		t.Errorf("got %v", images)
	}
	if _, err := parseBuilt("", "/repository", []string{"coredns"}); err == nil || !strings.Contains(err.Error(), "coredns") {
		t.Errorf("a missing image went unnoticed: %v", err)
	}
}

func TestAHigherSysctlOfTheMachineIsLeftAlone(t *testing.T) {
	for _, test := range []struct {
		current, wanted string
		larger          bool
	}{{"1024", "128", true}, {"128", "1024", false}, {"9", "10", false}, {"20", "10", true}} {
		if got := isLarger(test.current, test.wanted); got != test.larger {
			t.Errorf("isLarger(%s, %s) = %v", test.current, test.wanted, got)
		}
	}
}
