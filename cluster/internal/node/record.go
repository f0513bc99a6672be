package node

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// record is written before the machine is touched, and tells Down what was there before.
type record struct {
	// Binary is the source hash of the binary that runs the node.
	Binary string `json:"binary"`
	// Complete is false until the first start has succeeded: half a start is not continued, it is made anew.
	Complete bool `json:"complete"`
	// Sysctls are the values that were in force; components set some of them without being asked.
	Sysctls map[string]string `json:"sysctls"`
	// Chains are the iptables chains of other clusters' making, which Down leaves alone.
	Chains []string `json:"chains"`
	// Folders are those of sharedFolders that did not exist.
	Folders []string `json:"folders"`
}

func readRecord() (*record, error) {
	text, err := os.ReadFile(recordFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var known record
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, err
	}
	return &known, nil
}

// write replaces the record as a whole: half a record would be worse than none.
func (r *record) write() error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(recordFile), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(recordFile+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(recordFile+".new", recordFile)
}

func missingFolders() []string {
	var missing []string
	for _, path := range sharedFolders() {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			missing = append(missing, path)
		}
	}
	return missing
}
