package main

import (
	"os"
	"path/filepath"
	"testing"
)

func arguments(path, mode, action string) []string {
	return []string{"-p", path, "-s", "1048576", "-m", mode, "-a", action}
}

func TestAFolderIsMadeOnceAndGoesWithWhatIsInIt(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pvc-1")
	for range 2 {
		if err := run(arguments(folder, "Filesystem", "create")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "journal"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := run(arguments(folder, "Filesystem", "delete")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestWhatIsNotUnderstoodTouchesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pvc-1")
	for _, wrong := range [][]string{
		arguments(folder, "Block", "create"),
		arguments(folder, "Filesystem", "grow"),
		arguments("", "Filesystem", "create"),
		{"-p", folder, "-x"},
	} {
		if run(wrong) == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("a folder was made: %v", err)
	}
}
