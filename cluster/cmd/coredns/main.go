//go:build clawcluster

// Command coredns is the cluster's DNS server: CoreDNS with only the plugins that the Corefile of the test bed
// names. The upstream set brings the clients of four clouds and triples the size.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

// The order of this list is the order in which a query passes the plugins, not an alphabetical one.
var plugins = []string{"reload", "ready", "health", "errors", "cache", "kubernetes", "loop", "forward"}

func main() {
	dnsserver.Directives = plugins
	coremain.Run()
}
