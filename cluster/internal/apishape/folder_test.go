package apishape

import (
	"os"
	"testing"
)

func TestAnAbandonedFolderIsRemovedAndOneInUseIsNot(t *testing.T) {
	parent := t.TempDir()
	inUse, err := newFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	abandoned, err := newFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	// What the kernel does when its owner is killed.
	abandoned.lock.Close()
	next, err := newFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	for folder, wanted := range map[*folder]bool{inUse: true, abandoned: false, next: true} {
		if _, err := os.Stat(folder.path); (err == nil) != wanted {
			t.Errorf("%s exists = %v, want %v", folder.path, err == nil, wanted)
		}
	}
	next.remove()
	if _, err := os.Stat(next.path); err == nil {
		t.Error("a removed folder is still there")
	}
}
