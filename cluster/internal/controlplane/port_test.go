package controlplane

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAReservedPortIsOpenToTheAPIServerAndToNobodyElse(t *testing.T) {
	port, release, err := Reserve("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	address := fmt.Sprintf("127.0.0.1:%d", port)
	if listener, err := net.Listen("tcp", address); err == nil {
		listener.Close()
		t.Error("a stranger could listen on the reserved port")
	}
	// What --permit-port-sharing makes the API server do.
	sharing := net.ListenConfig{Control: func(_, _ string, connection syscall.RawConn) error {
		var failure error
		err := connection.Control(func(descriptor uintptr) {
			failure = unix.SetsockoptInt(int(descriptor), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		})
		if err != nil {
			return err
		}
		return failure
	}}
	listener, err := sharing.Listen(context.Background(), "tcp", address)
	if err != nil {
		t.Fatalf("the API server could not listen: %v", err)
	}
	defer listener.Close()
	// The reservation must not take connections away from the listener: the kernel spreads them over listening sockets.
	for range 20 {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		accepted.Close()
		connection.Close()
	}
}
