package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Client asks the API server the few questions that starting needs. It is not client-go, so that this package and
// its tests compile in a second.
type Client struct {
	server string
	http   *http.Client
}

// AdminClient identifies itself with the kubelet client's certificate, which is in system:masters too and, unlike the
// admin's, lies in files of its own.
func (p Plan) AdminClient() (*Client, error) {
	folder := filepath.Join(p.Folder, "pki")
	authority, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "kubelet-client.crt"), filepath.Join(folder, "kubelet-client.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, errors.New("no certificate in " + folder + "/ca.crt")
	}
	return &Client{
		server: p.Server(),
		http: &http.Client{
			Timeout: 5 * time.Second,
			Transport: &http.Transport{
				Proxy:           nil, // a proxy of the environment has no way to this machine's own addresses
				TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}},
			},
		},
	}, nil
}

// Exists tells whether a GET of path answers 200.
func (c *Client) Exists(ctx context.Context, path string) bool {
	return c.Get(ctx, path, nil) == nil
}

// Get reads an object into a value, which may be nil.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// Poll asks until the answer is yes or the context ends.
func Poll(ctx context.Context, every time.Duration, holds func(context.Context) bool) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for !holds(ctx) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}
