//go:build clawcluster

package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// newEtcdCommand runs etcd inside this binary. It listens on a unix socket in its own folder, so that any number
// of clusters live side by side without a fixed port, and it never syncs to disk: a test bed is thrown away, and the
// sync of a shared virtual disk would be most of the time that an API call takes.
func newEtcdCommand() *cobra.Command {
	var dataFolder, socket string
	command := &cobra.Command{
		Use:          "etcd",
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			stop := make(chan os.Signal, 1)
			signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
			return runEtcd(dataFolder, socket, stop)
		},
	}
	command.Flags().StringVar(&dataFolder, "data", "etcd", "folder of the store")
	command.Flags().StringVar(&socket, "socket", "etcd.sock", "path of the client socket, relative to the working folder")
	return command
}

func runEtcd(dataFolder, socket string, stop <-chan os.Signal) error {
	client := url.URL{Scheme: "unix", Host: socket}
	// A lone member has no peers, but must listen for them: on any free port. The addresses that it would advertise to
	// them stay at their defaults; nobody reads them.
	peer := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config := embed.NewConfig()
	config.Dir = dataFolder
	config.ListenClientUrls = []url.URL{client}
	config.ListenPeerUrls = []url.URL{peer}
	config.UnsafeNoFsync = true
	config.EnableGRPCGateway = false
	config.LogLevel = "warn"
	// A killed predecessor leaves its socket behind, and a socket file that exists cannot be bound.
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	server, err := embed.StartEtcd(config)
	if err != nil {
		return fmt.Errorf("start etcd in %s: %w", dataFolder, err)
	}
	defer server.Close()
	select {
	case <-server.Server.ReadyNotify():
	case err := <-server.Err():
		return fmt.Errorf("etcd failed while starting: %w", err)
	case <-time.After(30 * time.Second):
		return errors.New("etcd was not ready after 30 s")
	}
	select {
	case <-stop:
		return nil
	case err := <-server.Err():
		return fmt.Errorf("etcd failed: %w", err)
	}
}
