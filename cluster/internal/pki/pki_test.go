package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestAServerCertificateIsTrustedByItsAuthorityForItsNamesOnly(t *testing.T) {
	authority, err := NewAuthority("test")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.Issue(Identity{
		CommonName: "server", DNSNames: []string{"kubernetes.default"}, Addresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	certificate := parse(t, pair)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.Public)
	for name, trusted := range map[string]bool{"kubernetes.default": true, "127.0.0.1": true, "elsewhere": false} {
		_, err := certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
		if (err == nil) != trusted {
			t.Errorf("trusted for %s = %v, want %v (%v)", name, err == nil, trusted, err)
		}
	}
}

func TestAClientCertificateCarriesUserAndGroupsAndIsRefusedByAnotherAuthority(t *testing.T) {
	authority, err := NewAuthority("one")
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := NewAuthority("two")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.Issue(Identity{CommonName: "admin", Organizations: []string{"system:masters"}})
	if err != nil {
		t.Fatal(err)
	}
	certificate := parse(t, pair)
	if certificate.Subject.CommonName != "admin" || certificate.Subject.Organization[0] != "system:masters" {
		t.Errorf("subject is %v", certificate.Subject)
	}
	asClient := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	for root, trusted := range map[*Authority]bool{authority: true, stranger: false} {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(root.Public)
		if _, err := certificate.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: asClient}); (err == nil) != trusted {
			t.Errorf("trusted by %s = %v, want %v", root.certificate.Subject.CommonName, err == nil, trusted)
		}
	}
}

func TestAPrivateKeyIsReadableByItsOwnerOnly(t *testing.T) {
	folder := t.TempDir()
	pair, err := NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := pair.Write(folder, "tokens"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(folder, "tokens.key"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
}

func parse(t *testing.T, pair Pair) *x509.Certificate {
	t.Helper()
	both, err := tls.X509KeyPair(pair.Public, pair.Private)
	if err != nil {
		t.Fatalf("certificate and key do not belong together: %v", err)
	}
	return both.Leaf
}
