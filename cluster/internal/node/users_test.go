package node

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEstablishedConnectionsToTheServerAreFoundInBothTables(t *testing.T) {
	const table4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100610A:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1
   1: 0100610A:9C40 0100610A:192B 01 00000000:00000000 00:00000000 00000000     0        0 101 1
   2: 0100610A:192B 0100610A:9C40 01 00000000:00000000 00:00000000 00000000     0        0 102 1
   3: 0100610A:9C41 0100610A:192B 06 00000000:00000000 00:00000000 00000000     0        0 103 1
   4: 0100610A:9C42 0100610A:192C 01 00000000:00000000 00:00000000 00000000     0        0 104 1
`
	const table6 = `   0: 0000000000000000FFFF00000100610A:9C43 0000000000000000FFFF00000100610A:192B 01 0:0 00:0 0 0 0 105 1
`
	server := net.ParseIP("10.97.0.1")
	if got, want := connections(table4, server, 6443), []string{"101"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := connections(table6, server, 6443), []string{"105"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAConnectedProcessIsAUserUnlessItBelongsToTheSupervisor(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	client := exec.Command("bash", "-c", fmt.Sprintf("exec 3<>/dev/tcp/127.0.0.1/%d; exec sleep 600", port))
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = client.Process.Kill()
		_ = client.Wait()
	}()
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	wanted := fmt.Sprintf("sleep (process %d)", client.Process.Pid)
	var users []string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if users = usersOf("127.0.0.1", port, 1<<30); strings.Join(users, "") == wanted {
			break
		}
	}
	if strings.Join(users, "") != wanted {
		t.Errorf("users are %q, want %q", users, wanted)
	}
	if users := usersOf("127.0.0.1", port, os.Getpid()); len(users) != 0 {
		t.Errorf("a child of the supervisor is taken for a user: %q", users)
	}
}
