package controlplane

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryFileThatAFlagNamesIsWritten(t *testing.T) {
	plan := Plan{Folder: t.TempDir(), Address: "127.0.0.1", Port: 6443}
	if err := plan.WriteFiles(); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{plan.APIServer().Args, plan.ControllerManager().Args, plan.Scheduler().Args} {
		for _, argument := range arguments {
			_, value, _ := strings.Cut(argument, "=")
			if !strings.HasSuffix(value, ".crt") && !strings.HasSuffix(value, ".key") && !strings.HasSuffix(value, ".kubeconfig") {
				continue
			}
			if _, err := os.Stat(filepath.Join(plan.Folder, value)); err != nil {
				t.Errorf("%s: %v", argument, err)
			}
		}
	}
}

func TestTheAdminsKubeconfigIsCompleteAndPrivate(t *testing.T) {
	plan := Plan{Folder: t.TempDir(), Address: "127.0.0.1", Port: 6443}
	if err := plan.WriteFiles(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(plan.AdminKubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "server: https://127.0.0.1:6443\n") || strings.Contains(string(text), plan.Folder) {
		t.Errorf("it should name the server and no file:\n%s", text)
	}
	info, err := os.Stat(plan.AdminKubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
}
