package node

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// builtImage is one line of what images/build prints.
type builtImage struct{ name, reference, archive string }

// buildImages lets the repository's image script make what the node itself needs.
func buildImages(ctx context.Context, repository string, names ...string) (map[string]builtImage, error) {
	script := filepath.Join(repository, "images", "build")
	command := exec.CommandContext(ctx, script, names...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", script, strings.Join(names, " "), err)
	}
	return parseBuilt(string(output), repository, names)
}

func parseBuilt(output, repository string, names []string) (map[string]builtImage, error) {
	images := map[string]builtImage{}
	for _, line := range strings.Split(output, "\n") {
		if fields := strings.Fields(line); len(fields) == 3 {
			archive := fields[2]
			if !filepath.IsAbs(archive) {
				archive = filepath.Join(repository, archive)
			}
			images[fields[0]] = builtImage{name: fields[0], reference: fields[1], archive: archive}
		}
	}
	for _, name := range names {
		if _, ok := images[name]; !ok {
			return nil, fmt.Errorf("images/build did not say where the image %s is", name)
		}
	}
	return images, nil
}

// Load imports docker archives, less those whose very content the node already has under that name.
func Load(ctx context.Context, archives []string, log *progress.Log) error {
	if supervisorPid() == 0 {
		return errNotUp
	}
	known, err := imageDigests(ctx)
	if err != nil {
		return err
	}
	for _, archive := range archives {
		names, config, err := readArchive(archive)
		if err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		if isLoaded(known, names, config) {
			log.Say("%s is on the node", strings.Join(names, " "))
			continue
		}
		output, err := ctr(ctx, "images", "import", archive).CombinedOutput()
		if err != nil {
			return fmt.Errorf("import %s: %w: %s", archive, err, lastLines(string(output), 3))
		}
		log.Say("loaded %s", strings.Join(names, " "))
	}
	return nil
}

// isLoaded: the runtime also lists each image under the digest of its configuration. If that entry and the name point
// at the same manifest, the name is this image and not an older one of the same name.
func isLoaded(known map[string]string, names []string, config string) bool {
	target, ok := known["sha256:"+config]
	if !ok || len(names) == 0 {
		return false
	}
	for _, name := range names {
		if known[normalize(name)] != target {
			return false
		}
	}
	return true
}

// normalize completes a short name as container runtimes do.
func normalize(name string) string {
	first, _, found := strings.Cut(name, "/")
	switch {
	case !found:
		return "docker.io/library/" + name
	case strings.ContainsAny(first, ".:") || first == "localhost":
		return name
	default:
		return "docker.io/" + name
	}
}

// Images lists the names of the images on the node.
func Images(ctx context.Context) ([]string, error) {
	if supervisorPid() == 0 {
		return nil, errNotUp
	}
	output, err := ctr(ctx, "images", "list", "--quiet").Output()
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	var names []string
	for _, name := range strings.Fields(string(output)) {
		if !strings.HasPrefix(name, "sha256:") {
			names = append(names, name)
		}
	}
	return names, nil
}

// imageDigests maps names to manifest digests.
func imageDigests(ctx context.Context) (map[string]string, error) {
	output, err := ctr(ctx, "images", "list").Output()
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	digests := map[string]string{}
	for _, line := range strings.Split(string(output), "\n") {
		if fields := strings.Fields(line); len(fields) > 2 {
			digests[fields[0]] = fields[2]
		}
	}
	return digests, nil
}

// readArchive reads the table of contents of a docker archive.
func readArchive(path string) (names []string, config string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	reader := tar.NewReader(file)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, "", errors.New("no manifest.json in it: not a docker archive")
		}
		if err != nil {
			return nil, "", err
		}
		if header.Name != "manifest.json" {
			continue
		}
		var entries []struct {
			Config   string
			RepoTags []string
		}
		if err := json.NewDecoder(reader).Decode(&entries); err != nil {
			return nil, "", fmt.Errorf("manifest.json: %w", err)
		}
		if len(entries) != 1 {
			return nil, "", fmt.Errorf("manifest.json names %d images, expected one", len(entries))
		}
		return entries[0].RepoTags, strings.TrimSuffix(filepath.Base(entries[0].Config), ".json"), nil
	}
}
