package node

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAChildHoldsNoneOfTheCallersFiles(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "lock")
	// As a shell leaves it open: os.Open would mark it by itself.
	file, err := unix.Open(lock, unix.O_CREAT|unix.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(file)
	held := func() bool {
		link := "/proc/self/fd/" + strconv.Itoa(file)
		output, _ := exec.Command("readlink", link).Output()
		return strings.TrimSpace(string(output)) == lock
	}
	if !held() {
		t.Fatal("the child does not inherit it to begin with")
	}
	if err := inheritNothing(); err != nil {
		t.Fatal(err)
	}
	if held() {
		t.Error("the child inherits the lock")
	}
	if _, err := os.Stat("/proc/self/fd/" + strconv.Itoa(file)); err != nil {
		t.Errorf("it is closed here, too: %v", err)
	}
}
