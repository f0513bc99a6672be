package node

import (
	"strings"
	"testing"
)

func TestEachProblemIsOneLineThatSaysWhatToDo(t *testing.T) {
	fit := machine{system: "linux/amd64", memoryMB: 8000, diskMB: 50000, overlay: true, memoryGroup: true}
	cases := map[string]struct {
		spoil func(*machine)
		says  string
	}{
		"a fit machine":        {func(*machine) {}, ""},
		"another architecture": {func(m *machine) { m.system = "linux/arm64" }, "linux/arm64"},
		"not root":             {func(m *machine) { m.user = 1000 }, "sudo"},
		"missing packages": {
			func(m *machine) { m.missing = []string{"runc", "buildah"} },
			"apt-get install -y --no-install-recommends runc buildah",
		},
		"little memory":   {func(m *machine) { m.memoryMB = 900 }, "needs 2000 MB of memory, 900 MB are available"},
		"little disk":     {func(m *machine) { m.diskMB = 100 }, "100 MB are free"},
		"a taken port":    {func(m *machine) { m.takenPorts = []string{"port 6443"} }, "something else listens on port 6443"},
		"a taken range":   {func(m *machine) { m.takenRanges = []string{"10.96.0.0/12"} }, "already routes 10.96.0.0/12"},
		"another kubelet": {func(m *machine) { m.foreignPods = true }, "another kubelet"},
		"no overlay":      {func(m *machine) { m.overlay = false }, "overlay"},
		"no memory group": {func(m *machine) { m.memoryGroup = false }, "memory cgroup"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			spoiled := fit
			test.spoil(&spoiled)
			lines := spoiled.problems()
			if test.says == "" {
				if len(lines) != 0 {
					t.Errorf("refused: %v", lines)
				}
				return
			}
			if len(lines) != 1 || !strings.Contains(lines[0], test.says) || strings.Contains(lines[0], "\n") {
				t.Errorf("got %q, want one line with %q", lines, test.says)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	lines := machine{system: "linux/amd64", missing: []string{"runc"}, overlay: true, memoryGroup: true}.problems()
	if len(lines) != 3 {
		t.Errorf("packages, memory and disk are wrong, told were %q", lines)
	}
}
