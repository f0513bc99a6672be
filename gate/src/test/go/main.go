// Command verifiers checks files that this project's Java code has written, using other people's
// libraries only. It is run by OtherPeoplesCodeTest.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const usage = `usage:
  verifiers checkpoint VKEY-FILE NOTE-FILE     print the text of a signed note
  verifiers envelope PEM-FILE ENVELOPE-FILE    print the payload of a DSSE envelope
  verifiers root EXPORT-FILE                   print size and RFC 6962 root of an export's payloads
exit code 0 verified, 1 refused, 2 usage`

func main() {
	args := os.Args[1:]
	var text string
	var err error
	switch {
	case len(args) == 3 && args[0] == "checkpoint":
		text, err = checkpoint(args[1], args[2])
	case len(args) == 3 && args[0] == "envelope":
		text, err = envelope(args[1], args[2])
	case len(args) == 2 && args[0] == "root":
		text, err = root(args[1])
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}

func checkpoint(keyFile, noteFile string) (string, error) {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return "", err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return "", err
	}
	signed, err := os.ReadFile(noteFile)
	if err != nil {
		return "", err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	return opened.Text, nil
}

func envelope(keyFile, envelopeFile string) (string, error) {
	pem, err := os.ReadFile(keyFile)
	if err != nil {
		return "", err
	}
	key, err := signerverifier.LoadKey(pem)
	if err != nil {
		return "", err
	}
	ed25519, err := signerverifier.NewED25519SignerVerifierFromSSLibKey(key)
	if err != nil {
		return "", err
	}
	verifier, err := dsse.NewEnvelopeVerifier(ed25519)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(envelopeFile)
	if err != nil {
		return "", err
	}
	var read dsse.Envelope
	if err := json.Unmarshal(content, &read); err != nil {
		return "", err
	}
	_, payload, err := verifier.VerifyAndDecode(context.Background(), &read)
	if err != nil {
		return "", err
	}
	return string(payload), nil
}

func root(exportFile string) (string, error) {
	file, err := os.Open(exportFile)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var hashes []tlog.Hash
	stored := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			found = append(found, hashes[index])
		}
		return found, nil
	})
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // the header
	size := int64(0)
	for lines.Scan() {
		var read dsse.Envelope
		if err := json.Unmarshal(lines.Bytes(), &read); err != nil {
			return "", err
		}
		payload, err := read.DecodeB64Payload()
		if err != nil {
			return "", err
		}
		more, err := tlog.StoredHashes(size, payload, stored)
		if err != nil {
			return "", err
		}
		hashes = append(hashes, more...)
		size++
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	hash, err := tlog.TreeHash(size, stored)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d\n%s\n", size, hash), nil
}
