// Command verifiers checks files that this project's Java code has written, using other people's
// libraries only. It is run by OtherPeoplesCodeTest.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const usage = `usage:
  verifiers checkpoint VKEY-FILE NOTE-FILE     print the text of a signed note
  verifiers envelope PEM-FILE ENVELOPE-FILE    print the payload of a DSSE envelope
  verifiers root EXPORT-FILE                   print size and RFC 6962 root of an export's payloads
  verifiers inclusion VKEY-FILE PROOF-FILE      print the payload that a tlog-proof is about
  verifiers consistency VKEY-FILE NOTE-FILE PROOF-FILE
                                               print the text of the checkpoint that goes on from the kept note
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
	case len(args) == 3 && args[0] == "inclusion":
		text, err = inclusion(args[1], args[2])
	case len(args) == 4 && args[0] == "consistency":
		text, err = consistency(args[1], args[2], args[3])
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

// treeHead is what a signed checkpoint says.
type treeHead struct {
	text string
	size uint64
	root []byte
}

func openHead(keyFile string, signed []byte) (treeHead, error) {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return treeHead{}, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return treeHead{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return treeHead{}, err
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree" + opened.Text[strings.Index(opened.Text, "\n"):]))
	if err != nil {
		return treeHead{}, err
	}
	return treeHead{opened.Text, uint64(tree.N), tree.Hash[:]}, nil
}

// takeApart splits a proof into its lines and the checkpoint behind them.
func takeApart(proofFile string) ([]string, []byte, error) {
	content, err := os.ReadFile(proofFile)
	if err != nil {
		return nil, nil, err
	}
	head, signed, found := strings.Cut(string(content), "\n\n")
	if !found {
		return nil, nil, errors.New("no empty line")
	}
	return strings.Split(head, "\n"), []byte(signed), nil
}

func decodeHashes(lines []string) ([][]byte, error) {
	var hashes [][]byte
	for _, line := range lines {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func inclusion(keyFile, proofFile string) (string, error) {
	lines, signed, err := takeApart(proofFile)
	if err != nil {
		return "", err
	}
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("no tlog-proof")
	}
	head, err := openHead(keyFile, signed)
	if err != nil {
		return "", err
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return "", err
	}
	var read dsse.Envelope
	if err := json.Unmarshal(extra, &read); err != nil {
		return "", err
	}
	payload, err := read.DecodeB64Payload()
	if err != nil {
		return "", err
	}
	index, err := strconv.ParseUint(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	hashes, err := decodeHashes(lines[3:])
	if err != nil {
		return "", err
	}
	hasher := rfc6962.DefaultHasher
	if err := proof.VerifyInclusion(hasher, index, head.size, hasher.HashLeaf(payload), hashes, head.root); err != nil {
		return "", err
	}
	return string(payload), nil
}

func consistency(keyFile, noteFile, proofFile string) (string, error) {
	kept, err := os.ReadFile(noteFile)
	if err != nil {
		return "", err
	}
	from, err := openHead(keyFile, kept)
	if err != nil {
		return "", err
	}
	lines, signed, err := takeApart(proofFile)
	if err != nil {
		return "", err
	}
	to, err := openHead(keyFile, signed)
	if err != nil {
		return "", err
	}
	if lines[0] != fmt.Sprintf("old %d", from.size) {
		return "", errors.New("the proof is for another size than the kept checkpoint")
	}
	hashes, err := decodeHashes(lines[1:])
	if err != nil {
		return "", err
	}
	if err := proof.VerifyConsistency(rfc6962.DefaultHasher, from.size, to.size, hashes, from.root, to.root); err != nil {
		return "", err
	}
	return to.text, nil
}
