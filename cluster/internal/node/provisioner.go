package node

import (
	_ "embed"
	"strings"
)

//go:embed local-path-provisioner.yaml
var provisionerTemplate string

// provisionerManifests: the volumes lie in the node's own folder, so that they go with it.
func provisionerManifests(image string) string {
	return strings.NewReplacer("@IMAGE@", image, "@FOLDER@", in("volumes")).Replace(provisionerTemplate)
}
