// Package supervise keeps a set of child processes alive, and sees to it that none survives.
//
// Two things make this more than exec.Command. Some components exit by design when they come too early (the
// controller manager and the scheduler, before the API server has its bootstrap roles), so what exits is started
// again. And a parent that is killed with SIGKILL cannot clean up, so every child asks the kernel to be killed with
// it. The kernel ties that request to the parent's *thread*, and Go's threads come and go: therefore one goroutine,
// bound to its thread for ever, starts all children.
package supervise

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const restartPause = time.Second

// Program is a child: what to run, and what must hold before it is worth starting.
type Program struct {
	Name string
	// Path of the executable; empty means this very binary, with Name as its sub-command.
	Path string
	Args []string
	// Environment is added to the parent's.
	Environment []string
	// Ready blocks until the program may start; nil means at once.
	Ready func(context.Context) error
}

// Group runs programs in one folder: each has its log in log/NAME.log and its process id in pid/NAME.
type Group struct {
	folder string
	report func(format string, arguments ...any)

	ctx    context.Context
	cancel context.CancelFunc
	starts chan startRequest
	wait   sync.WaitGroup

	mutex    sync.Mutex
	restarts map[string]int
}

type startRequest struct {
	command *exec.Cmd
	result  chan error
}

// NewGroup makes an empty group whose children have folder as their working folder. Restarts are reported.
func NewGroup(folder string, report func(format string, arguments ...any)) (*Group, error) {
	for _, sub := range []string{"log", "pid"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o755); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	group := &Group{
		folder: folder, report: report,
		ctx: ctx, cancel: cancel, starts: make(chan startRequest),
		restarts: map[string]int{},
	}
	go group.startOnOneThread()
	return group, nil
}

// Start runs a program until Stop, starting it again whenever it exits.
func (g *Group) Start(program Program) {
	g.wait.Add(1)
	go func() {
		defer g.wait.Done()
		for g.ctx.Err() == nil {
			started, err := g.runOnce(program)
			if g.ctx.Err() != nil {
				return
			}
			g.mutex.Lock()
			g.restarts[program.Name]++
			g.mutex.Unlock()
			g.report("%s ended after %s (%v), starting it again", program.Name, started.Round(time.Millisecond), err)
			select {
			case <-g.ctx.Done():
			case <-time.After(restartPause):
			}
		}
	}()
}

// Restarts counts how often a program ended without being asked to.
func (g *Group) Restarts(name string) int {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.restarts[name]
}

// Stop kills all children and returns when they are gone. Nothing is drained: what they hold is thrown away with
// their folder, and an API server that waits for its watches to end would only cost time.
func (g *Group) Stop() {
	g.cancel()
	g.wait.Wait()
}

// LogTail returns the last lines of a program's log, for an error message.
func (g *Group) LogTail(name string, bytes int64) string {
	return Tail(filepath.Join(g.folder, "log", name+".log"), bytes)
}

// Tail returns the end of a file, or why it cannot be read.
func Tail(path string, bytes int64) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	size, err := file.Seek(0, 2)
	if err != nil {
		return err.Error()
	}
	from := max(0, size-bytes)
	tail := make([]byte, size-from)
	if _, err := file.ReadAt(tail, from); err != nil {
		return err.Error()
	}
	return string(tail)
}

func (g *Group) runOnce(program Program) (time.Duration, error) {
	if program.Ready != nil {
		if err := program.Ready(g.ctx); err != nil {
			return 0, fmt.Errorf("waiting to start: %w", err)
		}
	}
	log, err := os.OpenFile(filepath.Join(g.folder, "log", program.Name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	command := g.command(program)
	command.Stdout, command.Stderr = log, log
	begin := time.Now()
	if err := g.start(command); err != nil {
		return 0, err
	}
	pidFile := filepath.Join(g.folder, "pid", program.Name)
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(command.Process.Pid)), 0o644); err != nil {
		g.report("%s: %v", pidFile, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err = <-ended:
	case <-g.ctx.Done():
		_ = command.Process.Kill()
		err = <-ended
	}
	_ = os.Remove(pidFile)
	return time.Since(begin), err
}

func (g *Group) command(program Program) *exec.Cmd {
	command := exec.Command(program.Path, program.Args...)
	command.Env = append(os.Environ(), program.Environment...)
	if program.Path == "" {
		command = Self(append([]string{program.Name}, program.Args...)...)
		command.Env = append(withoutProxy(os.Environ()), program.Environment...)
	}
	command.Dir = g.folder
	command.SysProcAttr = &syscall.SysProcAttr{
		// Its own process group: an interrupt typed at the terminal is for the parent, which then stops all in order.
		Setpgid:   true,
		Pdeathsig: syscall.SIGKILL,
	}
	return command
}

// Self runs this binary once more, by the kernel's own link to it: its file in the cache may be gone by the time that
// a component has to be restarted.
func Self(arguments ...string) *exec.Cmd {
	command := exec.Command("/proc/self/exe", arguments...)
	command.Args[0] = "claw-cluster"
	return command
}

// withoutProxy: a proxy knows no way to this machine's own addresses, and the components speak to nothing else.
func withoutProxy(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		switch strings.ToUpper(name) {
		case "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY":
		default:
			kept = append(kept, variable)
		}
	}
	return kept
}

func (g *Group) start(command *exec.Cmd) error {
	request := startRequest{command: command, result: make(chan error, 1)}
	select {
	case g.starts <- request:
		return <-request.result
	case <-g.ctx.Done():
		return g.ctx.Err()
	}
}

func (g *Group) startOnOneThread() {
	// Never unlocked, and the goroutine outlives the group: if its thread ended, the kernel would kill the children.
	runtime.LockOSThread()
	for request := range g.starts {
		request.result <- request.command.Start()
	}
}
