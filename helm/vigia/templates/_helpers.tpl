{{- define "vigia.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "vigia.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "vigia.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "vigia.selectorLabels" -}}
app.kubernetes.io/name: {{ include "vigia.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Values.mode }}
{{- end }}

{{- define "vigia.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "vigia.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "vigia.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end }}

{{- define "vigia.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "vigia.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{- define "vigia.tokensSecret" -}}
{{- .Values.tokens.existingSecret | default (printf "%s-tokens" (include "vigia.fullname" .)) -}}
{{- end }}

{{- define "vigia.policiesConfigMap" -}}
{{- if .Values.existingPoliciesConfigMap -}}
{{- .Values.existingPoliciesConfigMap -}}
{{- else if .Values.policies -}}
{{- printf "%s-policies" (include "vigia.fullname" .) -}}
{{- end -}}
{{- end }}

{{- define "vigia.hosts" -}}
{{- $name := include "vigia.fullname" . -}}
{{- $in := printf "%s.%s" $name .Release.Namespace -}}
{{- concat (list $name $in (printf "%s.svc" $in) (printf "%s.svc.cluster.local" $in)) (.Values.config.hosts | default list) | uniq | toYaml -}}
{{- end }}

{{- /* vigia.yaml; what depends on the pod comes by environment. */ -}}
{{- define "vigia.config" -}}
{{- $config := omit .Values.config "hosts" -}}
{{- if eq .Values.mode "sidecar" -}}
{{- $config = omit $config "observe" "protect" -}}
{{- end -}}
{{- toYaml $config }}
hosts:
{{ include "vigia.hosts" . | indent 2 }}
{{- if and (eq .Values.mode "agent") .Values.enforcement.enabled }}
enforce:
{{ toYaml (prepend .Values.enforcement.groups "managed") | indent 2 }}
{{- end }}
{{- end }}

{{- define "vigia.podAnnotations" -}}
checksum/config: {{ include "vigia.config" . | sha256sum }}
{{- if and .Values.policies (not .Values.existingPoliciesConfigMap) }}
checksum/policies: {{ toYaml .Values.policies | sha256sum }}
{{- end }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* What no schema can say, with a way out in each message. */ -}}
{{- define "vigia.refuse" -}}
{{- $v := .Values -}}
{{- if and $v.policies $v.existingPoliciesConfigMap -}}
{{- fail "policies and existingPoliciesConfigMap are both set, and one would hide the other: leave one of them empty." -}}
{{- end -}}
{{- if and (not $v.tokens.create) (not $v.tokens.existingSecret) -}}
{{- fail "vigia listens on the pod's address, which needs tokens: set tokens.existingSecret to a Secret with the keys tokens and viewer, or tokens.create to true." -}}
{{- end -}}
{{- if and (eq $v.mode "agent") $v.networkPolicy.enabled $v.agent.hostNetwork -}}
{{- fail "networkPolicy.enabled protects nothing while agent.hostNetwork is true, because Kubernetes ignores policies for pods on the node's network: set agent.hostNetwork to false (without the proc connector, see README), or networkPolicy.enabled to false and use the node's firewall." -}}
{{- end -}}
{{- if and (eq $v.mode "agent") $v.enforcement.enabled $v.agent.readOnlyCgroups -}}
{{- fail "enforcement.enabled changes groups, and agent.readOnlyCgroups mounts them read-only: set one of the two to false." -}}
{{- end -}}
{{- if and (eq $v.mode "agent") $v.enforcement.enabled (not $v.enforcement.groups) -}}
{{- fail "enforcement.enabled without enforcement.groups would let vigia touch nothing: name the groups it may touch, for example [\"/kubepods*/**\"]." -}}
{{- end -}}
{{- if and (eq $v.mode "sidecar") $v.enforcement.groups -}}
{{- fail "enforcement.groups is for mode agent: a sidecar may touch its own pod's groups and no others. Leave it empty." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not $v.service.enabled) -}}
{{- fail "metrics.serviceMonitor needs service.enabled, or use metrics.podMonitor." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor and metrics.podMonitor would both scrape the same pods and every sum would count them twice: enable one." -}}
{{- end -}}
{{- if and $v.metrics.cadvisor.enabled (not (or $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled)) -}}
{{- fail "metrics.cadvisor is a second endpoint of a monitor: enable metrics.serviceMonitor or metrics.podMonitor as well." -}}
{{- end -}}
{{- end }}
