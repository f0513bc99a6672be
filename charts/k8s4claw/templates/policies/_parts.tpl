{{/*
Parts shared by the admission policies.

Rules that every policy here keeps, each learnt from a failure:
- Kubernetes' own controllers are exempt. Otherwise no namespace that holds one of our objects ever finishes deleting,
  and a foreground deletion never ends.
- request.name and request.subResource are absent, not "", where they do not apply: tested with has().
- A field that may be absent is read with .?field and orValue(), or the expression fails and with it the request.
- An authorizer check costs 350,000 of the 1,000,000 units an expression may use, and a match condition fewer still: one
  check an expression, none inside a loop. Everything else here is bounded by the size limits of the API server.
- Names are compared on the object, never through resourceNames: the requests of a deletecollection carry no name.
*/}}

{{- define "k8s4claw.policies.install" -}}
{{- if and .Values.admissionPolicies.install (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) -}}true{{- end -}}
{{- end -}}

{{/* Match condition: the writer is none of Kubernetes' own controllers. */}}
{{- define "k8s4claw.policies.notKubernetes" -}}
- name: not-a-controller-of-kubernetes
  expression: >-
    !(request.userInfo.username in [
    "system:serviceaccount:kube-system:namespace-controller",
    "system:serviceaccount:kube-system:generic-garbage-collector",
    "system:kube-controller-manager"])
{{- end -}}

{{/* Match condition: the writer is not the operator. */}}
{{- define "k8s4claw.policies.notTheOperator" -}}
- name: not-the-operator
  expression: request.userInfo.username != {{ include "k8s4claw.operatorUser" . | quote }}
{{- end -}}

{{/* Expression: the writer holds the verb manage on this Claw. */}}
{{- define "k8s4claw.policies.manages" -}}
authorizer.group("claw.prismer.ai").resource("claws").namespace(request.namespace).name(has(request.name) ? request.name : "").check("manage").allowed()
{{- end -}}

{{/* The binding of the policy of the same name: everywhere, and it denies. */}}
{{- define "k8s4claw.policies.binding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ .name }}
  labels:
    {{- include "k8s4claw.labels" .root | nindent 4 }}
spec:
  policyName: {{ .name }}
  validationActions: [Deny]
{{- end -}}
