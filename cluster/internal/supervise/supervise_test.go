package supervise

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const eventually = 20 * time.Second

// The test's binary plays a parent that is going to be killed; see the last test.
func TestMain(m *testing.M) {
	if folder := os.Getenv("SUPERVISE_IN"); folder != "" {
		group, err := NewGroup(folder, func(string, ...any) {})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		group.Start(sleeper())
		select {}
	}
	os.Exit(m.Run())
}

func TestWhatExitsIsStartedAgain(t *testing.T) {
	group := newGroup(t)
	defer group.Stop()
	group.Start(Program{Name: "brief", Path: "/bin/true"})
	await(t, "two restarts", func() bool { return group.Restarts("brief") >= 2 })
}

func TestAProgramWaitsUntilItIsReady(t *testing.T) {
	group := newGroup(t)
	defer group.Stop()
	ready := make(chan struct{})
	program := sleeper()
	program.Ready = func(ctx context.Context) error {
		select {
		case <-ready:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	group.Start(program)
	if pid := childOf(group.folder); pid != 0 {
		t.Errorf("process %d was started too early", pid)
	}
	close(ready)
	await(t, "the start", func() bool { return childOf(group.folder) != 0 })
}

func TestComponentsDoNotInheritAProxy(t *testing.T) {
	got := withoutProxy([]string{"PATH=/bin", "https_proxy=http://p", "HTTP_PROXY=", "NO_PROXY=a"})
	if want := []string{"PATH=/bin", "NO_PROXY=a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStopLeavesNoChild(t *testing.T) {
	group := newGroup(t)
	group.Start(sleeper())
	await(t, "the start", func() bool { return childOf(group.folder) != 0 })
	pid := childOf(group.folder)
	group.Stop()
	if isAlive(pid) {
		t.Errorf("process %d is still there", pid)
	}
}

func TestStopEndsAProgramThatStillWaits(t *testing.T) {
	group := newGroup(t)
	program := sleeper()
	program.Ready = func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	group.Start(program)
	group.Stop()
}

func TestAKilledParentTakesItsChildrenWithIt(t *testing.T) {
	folder := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "SUPERVISE_IN="+folder)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "the child", func() bool { return childOf(folder) != 0 })
	child := childOf(folder)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	await(t, "the child's end", func() bool { return !isAlive(child) })
}

func sleeper() Program {
	return Program{Name: "sleeper", Path: "/bin/sleep", Args: []string{"600"}}
}

func newGroup(t *testing.T) *Group {
	t.Helper()
	group, err := NewGroup(t.TempDir(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func childOf(folder string) int {
	text, err := os.ReadFile(filepath.Join(folder, "pid", "sleeper"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		return 0
	}
	return pid
}

// isAlive takes a process that nobody has waited for yet for dead.
func isAlive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && !strings.Contains(string(status), "State:\tZ")
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(eventually); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", eventually, what)
		}
	}
}
