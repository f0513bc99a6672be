package node

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// patience is longer than any of the project's test runs on the node.
const patience = 40 * time.Minute

// acquireUnused takes the lock when the node may be replaced: it keeps a start from taking the node away under the
// tests of another clone. A user is a process of this machine with a connection to the API server; the node's own
// components do not count, and pods reach it by another way. While it waits it does not hold the lock, so that Down,
// which somebody asks for by name, need not wait.
func acquireUnused(ctx context.Context, binary string, log *progress.Log) (release func(), err error) {
	deadline := time.Now().Add(patience)
	told := ""
	for {
		release, err := acquire(log)
		if err != nil {
			return nil, err
		}
		up, running := Status()
		if !up || running == binary {
			return release, nil
		}
		users := usersOf(plan().Address, plan().Port, supervisorPid())
		if len(users) == 0 {
			return release, nil
		}
		release()
		text := strings.Join(users, ", ")
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("the node of another build has been in use for %s by %s; claw-cluster down takes it away", patience, text)
		}
		if text != told {
			log.Say("the node that is up is of another build and in use by %s: waiting (claw-cluster down takes it away at once)", text)
			told = text
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// usersOf names the processes that are connected to an address, less the children of one of them.
func usersOf(address string, port, supervisor int) []string {
	connected := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if text, err := os.ReadFile(table); err == nil {
			for _, inode := range connections(string(text), net.ParseIP(address), port) {
				connected["socket:["+inode+"]"] = true
			}
		}
	}
	if len(connected) == 0 {
		return nil
	}
	var users []string
	for pid, arguments := range commandLines() {
		if pid != os.Getpid() && pid != supervisor && parentOf(pid) != supervisor && holdsOne(pid, connected) {
			users = append(users, fmt.Sprintf("%s (process %d)", filepath.Base(arguments[0]), pid))
		}
	}
	return users
}

// connections reads a table of the kernel: the inodes of established connections whose far end is an address.
func connections(table string, address net.IP, port int) []string {
	const established = "01"
	var inodes []string
	for _, line := range strings.Split(table, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != established {
			continue
		}
		host, portText, _ := strings.Cut(fields[2], ":")
		number, err := strconv.ParseUint(portText, 16, 16)
		if err == nil && int(number) == port && kernelAddress(host).Equal(address) {
			inodes = append(inodes, fields[9])
		}
	}
	return inodes
}

// kernelAddress decodes words in the byte order of the machine. The JVM opens IPv6 sockets for IPv4 addresses too; the
// kernel lists those as ::ffff:a.b.c.d, which net.IP takes for the same.
func kernelAddress(text string) net.IP {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw)%4 != 0 {
		return nil
	}
	address := make(net.IP, len(raw))
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(address[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	return address
}

func holdsOne(pid int, sockets map[string]bool) bool {
	descriptors, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, descriptor := range descriptors {
		if target, err := os.Readlink(descriptor); err == nil && sockets[target] {
			return true
		}
	}
	return false
}

func parentOf(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if value, found := strings.CutPrefix(line, "PPid:"); found {
			parent, _ := strconv.Atoi(strings.TrimSpace(value))
			return parent
		}
	}
	return 0
}
