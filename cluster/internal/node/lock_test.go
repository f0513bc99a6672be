package node

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The test's binary plays the other process: this kind of lock does not hold against its own.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD"); path != "" {
		err := holdForLife(path)
		fmt.Println(err == nil)
		if err == nil {
			select {}
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestTheHolderOfAFileIsKnownUntilItDiesHoweverItDies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "lock")
	if pid := holder(path); pid != 0 {
		t.Fatalf("%d holds what does not exist", pid)
	}
	first, got := holdIn(t, path)
	if !got {
		t.Fatal("nobody else held it, and yet it was refused")
	}
	if pid := holder(path); pid != first.Process.Pid {
		t.Errorf("holder is %d, want %d", pid, first.Process.Pid)
	}
	if _, got := holdIn(t, path); got {
		t.Error("two processes hold it")
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	if pid := holder(path); pid != 0 {
		t.Errorf("%d is dead and still holds it", pid)
	}
	if _, got := holdIn(t, path); !got {
		t.Error("it could not be held after its holder died")
	}
}

func holdIn(t *testing.T, path string) (process *exec.Cmd, got bool) {
	t.Helper()
	process = exec.Command(os.Args[0])
	process.Env = append(os.Environ(), "HOLD="+path)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return process, line == "true\n"
}
