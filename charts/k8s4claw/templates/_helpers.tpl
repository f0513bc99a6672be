{{/* Name of the chart, at most 63 characters because labels carry it. */}}
{{- define "k8s4claw.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Prefix of everything the chart makes, but the admission policies: the operator knows those by fixed names. */}}
{{- define "k8s4claw.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "k8s4claw.selectorLabels" -}}
app.kubernetes.io/name: {{ include "k8s4claw.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "k8s4claw.labels" -}}
{{ include "k8s4claw.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: k8s4claw
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* The operator's ServiceAccount. */}}
{{- define "k8s4claw.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default "k8s4claw" .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is required with serviceAccount.create=false: the admission policies trust exactly one account" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The operator's user name, as the API server authenticates it. */}}
{{- define "k8s4claw.operatorUser" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "k8s4claw.serviceAccountName" . }}
{{- end -}}

{{/* A reference to an image with its registry replaced by images.registry where that is set: list $ reference. */}}
{{- define "k8s4claw.image" -}}
{{- $reference := index . 1 -}}
{{- with (index . 0).Values.images.registry -}}
{{- $parts := splitList "/" $reference -}}
{{- if and (gt (len $parts) 1) (or (contains "." (first $parts)) (contains ":" (first $parts)) (eq "localhost" (first $parts))) -}}
{{- $reference = join "/" (rest $parts) -}}
{{- end -}}
{{- $reference = printf "%s/%s" (trimSuffix "/" .) $reference -}}
{{- end -}}
{{- $reference -}}
{{- end -}}

{{- define "k8s4claw.operatorImage" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- include "k8s4claw.image" (list . (printf "%s%s%s" .Values.image.repository (hasPrefix "sha256:" $tag | ternary "@" ":") $tag)) -}}
{{- end -}}

{{- define "k8s4claw.busImage" -}}
{{- include "k8s4claw.image" (list . (default (printf "ghcr.io/prismer-ai/k8s4claw-bus:%s" .Chart.AppVersion) .Values.images.bus)) -}}
{{- end -}}

{{/* Image of the sidecar of a type of channel; takes a list of the root and the type. */}}
{{- define "k8s4claw.channelImage" -}}
{{- $root := index . 0 -}}
{{- $type := index . 1 -}}
{{- include "k8s4claw.image" (list $root (default (printf "ghcr.io/prismer-ai/k8s4claw-channel-%s:%s" $type $root.Chart.AppVersion) (index $root.Values.images.channels $type))) -}}
{{- end -}}

{{- define "k8s4claw.openclawImage" -}}
{{- include "k8s4claw.image" (list . (default (printf "ghcr.io/prismer-ai/k8s4claw-openclaw:%s" .Chart.AppVersion) .Values.images.openclaw)) -}}
{{- end -}}
