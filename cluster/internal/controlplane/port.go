package controlplane

import (
	"net"

	"golang.org/x/sys/unix"
)

// Reserve finds a free port of an address and keeps it from everybody but the API server: the returned socket is
// bound but does not listen, and both it and the API server set SO_REUSEPORT. To ask for a free port, close it and
// hope would fail now and then where many clusters start at once.
func Reserve(address string) (port int, release func(), err error) {
	descriptor, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, err
	}
	release = func() { _ = unix.Close(descriptor) }
	var ip [4]byte
	copy(ip[:], net.ParseIP(address).To4())
	if err = unix.SetsockoptInt(descriptor, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err == nil {
		err = unix.Bind(descriptor, &unix.SockaddrInet4{Addr: ip})
	}
	if err != nil {
		release()
		return 0, nil, err
	}
	bound, err := unix.Getsockname(descriptor)
	if err != nil {
		release()
		return 0, nil, err
	}
	return bound.(*unix.SockaddrInet4).Port, release, nil
}
