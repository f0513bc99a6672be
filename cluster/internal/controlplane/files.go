// Package controlplane knows the keys, kubeconfigs and flags of etcd, the API server, the controller manager and the
// scheduler. Both shapes of the test bed use the same ones, so that what holds in the small shape holds in the large.
package controlplane

import (
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/prismer-ai/k8s4claw/cluster/internal/pki"
)

// The addresses of every test bed. They are not 10.88.0.0/16, 10.89.0.0/16 (podman) nor 172.16.0.0/12 (docker).
const (
	ServiceRange = "10.96.0.0/16"
	APIService   = "10.96.0.1"
	DNSService   = "10.96.0.10"
	PodRange     = "10.244.0.0/16"
	// NodeAddress is the node's address in the node shape; in the small shape nothing answers there.
	NodeAddress = "10.97.0.1"
	NodeName    = "node"
)

// Plan says where one control plane lives. All its files are in Folder, which is also the working folder of its
// components, so that flags and sockets are short relative paths whatever the folder is called.
type Plan struct {
	Folder string
	// Address is where the API server listens and clients find it.
	Address string
	Port    int
	// HasNode is false where no kubelet will ever report: see ControllerManager.
	HasNode bool
}

// Server is the API server's URL.
func (p Plan) Server() string {
	return fmt.Sprintf("https://%s", net.JoinHostPort(p.Address, fmt.Sprint(p.Port)))
}

// AdminKubeconfig is the path of the kubeconfig of a member of system:masters.
func (p Plan) AdminKubeconfig() string {
	return filepath.Join(p.Folder, "admin.kubeconfig")
}

// client is an identity with a kubeconfig of its own.
type client struct {
	file     string
	identity pki.Identity
}

func clients() []client {
	return []client{
		{"admin", pki.Identity{CommonName: "admin", Organizations: []string{"system:masters"}}},
		{"controller-manager", pki.Identity{CommonName: "system:kube-controller-manager"}},
		{"scheduler", pki.Identity{CommonName: "system:kube-scheduler"}},
		{"proxy", pki.Identity{CommonName: "system:kube-proxy"}},
		{"kubelet", pki.Identity{CommonName: "system:node:" + NodeName, Organizations: []string{"system:nodes"}}},
	}
}

// WriteFiles makes all keys and kubeconfigs anew.
func (p Plan) WriteFiles() error {
	folder := filepath.Join(p.Folder, "pki")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	authority, err := pki.NewAuthority("k8s4claw test bed")
	if err != nil {
		return err
	}
	if err := authority.Write(folder, "ca"); err != nil {
		return err
	}
	serviceAccounts, err := pki.NewSigningKey()
	if err != nil {
		return err
	}
	if err := serviceAccounts.Write(folder, "service-account"); err != nil {
		return err
	}
	for name, identity := range p.serving() {
		pair, err := authority.Issue(identity)
		if err != nil {
			return err
		}
		if err := pair.Write(folder, name); err != nil {
			return err
		}
	}
	for _, client := range clients() {
		pair, err := authority.Issue(client.identity)
		if err != nil {
			return err
		}
		path := filepath.Join(p.Folder, client.file+".kubeconfig")
		if err := os.WriteFile(path, kubeconfig(p.Server(), authority.Public, pair), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// serving lists the certificates that components present to each other by file.
func (p Plan) serving() map[string]pki.Identity {
	loopback, node := net.IPv4(127, 0, 0, 1), net.ParseIP(NodeAddress)
	return map[string]pki.Identity{
		"apiserver": {
			CommonName: "kube-apiserver",
			DNSNames: []string{
				"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
			},
			Addresses: []net.IP{loopback, node, net.ParseIP(APIService), net.ParseIP(p.Address)},
		},
		"kubelet":        {CommonName: "system:node:" + NodeName, DNSNames: []string{NodeName}, Addresses: []net.IP{loopback, node}},
		"front-proxy":    {CommonName: "front-proxy"},
		"kubelet-client": {CommonName: "kubelet-client", Organizations: []string{"system:masters"}},
	}
}

// kubeconfig carries its keys inside, so that one file can be copied anywhere.
func kubeconfig(server string, authority []byte, pair pki.Pair) []byte {
	text := base64.StdEncoding.EncodeToString
	return []byte(fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: claw-cluster
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: claw-cluster
  user:
    client-certificate-data: %s
    client-key-data: %s
contexts:
- name: claw-cluster
  context:
    cluster: claw-cluster
    user: claw-cluster
current-context: claw-cluster
`, server, text(authority), text(pair.Public), text(pair.Private)))
}
