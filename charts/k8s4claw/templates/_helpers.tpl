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

{{/* An image with its registry replaced by images.registry where that is set: dict "root" $ "repository" "tag". */}}
{{- define "k8s4claw.image" -}}
{{- $repository := .repository -}}
{{- with .root.Values.images.registry -}}
{{- $parts := splitList "/" $repository -}}
{{- if and (gt (len $parts) 1) (or (contains "." (first $parts)) (contains ":" (first $parts)) (eq "localhost" (first $parts))) -}}
{{- $repository = join "/" (rest $parts) -}}
{{- end -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if hasPrefix "sha256:" .tag -}}
{{- printf "%s@%s" $repository .tag -}}
{{- else -}}
{{- printf "%s:%s" $repository .tag -}}
{{- end -}}
{{- end -}}
