{{- /* The security context of the agent's container. */ -}}
{{- define "vigia.agentSecurityContext" -}}
{{- $add := list "SYS_RESOURCE" "NET_ADMIN" -}}
{{- if .Values.enforcement.enabled -}}
{{- $add = concat $add (list "KILL" "DAC_OVERRIDE") -}}
{{- end -}}
{{- $own := dict "runAsUser" 0 "runAsGroup" 0 "runAsNonRoot" false "privileged" false "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL") "add" $add) "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (mergeOverwrite $own .Values.securityContext) -}}
{{- end }}

{{- /* The sidecar's: nobody while it watches, root with one capability while it enforces. */ -}}
{{- define "vigia.sidecarSecurityContext" -}}
{{- $own := dict "privileged" false "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .Values.enforcement.enabled -}}
{{- $_ := mergeOverwrite $own (dict "runAsUser" 0 "runAsGroup" 0 "runAsNonRoot" false "capabilities" (dict "drop" (list "ALL") "add" (list "KILL"))) -}}
{{- else -}}
{{- /* Group 0, because a Secret's files belong to it unless the whole pod has an fsGroup. */ -}}
{{- $_ := mergeOverwrite $own (dict "runAsUser" (.Values.sidecar.runAsUser | int) "runAsGroup" 0 "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL"))) -}}
{{- end -}}
{{- toYaml (mergeOverwrite $own .Values.securityContext) -}}
{{- end }}

{{- define "vigia.env" -}}
- name: VIGIA_LISTEN
  value: "0.0.0.0:{{ .Values.port }}"
- name: VIGIA_SOCKET
  value: /run/vigia/vigia.sock
- name: VIGIA_STATE_DIR
  value: /var/lib/vigia
- name: VIGIA_TOKENS
  value: /etc/vigia/secret/tokens
- name: VIGIA_POD_UID
  valueFrom:
    fieldRef:
      fieldPath: metadata.uid
{{- if eq .Values.mode "sidecar" }}
# The word pod stands for the groups of the pod with that UID.
- name: VIGIA_OBSERVE
  value: pod
{{- if .Values.enforcement.enabled }}
- name: VIGIA_ENFORCE
  value: pod
{{- end }}
{{- else }}
# Never itself: its own cgroup namespace hides from it which group it is in.
- name: VIGIA_PARENT
  value: {{ .Values.config.parent | default "/vigia" | quote }}
- name: VIGIA_PROTECT
  value: {{ append (.Values.config.protect | default list) "pod" | join "," | quote }}
{{- end }}
{{- with .Values.javaOptions }}
- name: VIGIA_JAVA_OPTS
  value: {{ . | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "vigia.configMounts" -}}
- name: vigia-config
  mountPath: /etc/vigia/vigia.yaml
  subPath: vigia.yaml
  readOnly: true
{{- if include "vigia.policiesConfigMap" . }}
- name: vigia-policies
  mountPath: /etc/vigia/policies.d
  readOnly: true
{{- end }}
{{- end }}

{{- define "vigia.mounts" -}}
{{ include "vigia.configMounts" . }}
- name: vigia-tokens
  mountPath: /etc/vigia/secret
  readOnly: true
- name: vigia-state
  mountPath: /var/lib/vigia
- name: vigia-run
  mountPath: /run/vigia
- name: vigia-tmp
  mountPath: /tmp
# Over the one that the container runtime mounts, which shows this container alone.
- name: vigia-cgroup
  mountPath: /sys/fs/cgroup
{{- if eq .Values.mode "sidecar" }}
  readOnly: {{ not .Values.enforcement.enabled }}
{{- else }}
  readOnly: {{ .Values.agent.readOnlyCgroups }}
  mountPropagation: HostToContainer
{{- if .Values.agent.podLogsHostPath }}
- name: vigia-pod-logs
  mountPath: /var/log/pods
  readOnly: true
{{- end }}
{{- if .Values.agent.containerLogsHostPath }}
- name: vigia-container-logs
  mountPath: /var/log/containers
  readOnly: true
{{- end }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Volumes of a pod with a vigia in it. Include with the scope of this chart: .Subcharts.vigia in a chart around it. */ -}}
{{- define "vigia.volumes" -}}
- name: vigia-config
  configMap:
    name: {{ include "vigia.fullname" . }}
{{- with include "vigia.policiesConfigMap" . }}
- name: vigia-policies
  configMap:
    name: {{ . }}
{{- end }}
- name: vigia-tokens
  secret:
    secretName: {{ include "vigia.tokensSecret" . }}
    # Owner and group only: vigia refuses a file that others may read.
    defaultMode: 288 # 0440, which YAML 1.2 would take for a decimal number
    items:
      - key: tokens
        path: tokens
- name: vigia-run
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
- name: vigia-tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if eq .Values.mode "sidecar" }}
- name: vigia-state
  emptyDir: {}
- name: vigia-cgroup
  hostPath:
    path: {{ .Values.sidecar.cgroupHostPath }}
    type: Directory
{{- else }}
- name: vigia-state
  hostPath:
    path: {{ .Values.agent.stateHostPath }}
    type: DirectoryOrCreate
- name: vigia-cgroup
  hostPath:
    path: {{ .Values.agent.cgroupHostPath }}
    type: Directory
{{- with .Values.agent.podLogsHostPath }}
- name: vigia-pod-logs
  hostPath:
    path: {{ . }}
    type: DirectoryOrCreate
{{- end }}
{{- with .Values.agent.containerLogsHostPath }}
- name: vigia-container-logs
  hostPath:
    path: {{ . }}
    type: DirectoryOrCreate
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Fails, with file, line and reason in its log, where the configuration or a policy is wrong. */ -}}
{{- define "vigia.check" -}}
- name: vigia-check
  image: {{ include "vigia.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args:
    - check
    - /etc/vigia/vigia.yaml
    {{- if include "vigia.policiesConfigMap" . }}
    - /etc/vigia/policies.d
    {{- end }}
  securityContext:
    runAsUser: 65532
    runAsGroup: 65532
    runAsNonRoot: true
    privileged: false
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop: [ALL]
    seccompProfile:
      type: RuntimeDefault
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  volumeMounts:
    {{- include "vigia.configMounts" . | nindent 4 }}
    - name: vigia-tmp
      mountPath: /tmp
{{- end }}

{{- define "vigia.containerBody" -}}
image: {{ include "vigia.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [serve]
env:
  {{- include "vigia.env" . | nindent 2 }}
ports:
  - name: vigia
    containerPort: {{ .Values.port }}
    protocol: TCP
startupProbe:
  httpGet: {path: /livez, port: vigia}
  {{- toYaml .Values.probes.startup | nindent 2 }}
livenessProbe:
  httpGet: {path: /livez, port: vigia}
  {{- toYaml .Values.probes.liveness | nindent 2 }}
readinessProbe:
  httpGet: {path: /readyz, port: vigia}
  {{- toYaml .Values.probes.readiness | nindent 2 }}
{{- if gt (int .Values.preStopSleepSeconds) 0 }}
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.preStopSleepSeconds }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  {{- include "vigia.mounts" . | nindent 2 }}
{{- end }}

{{- /*
The init containers of a pod that has vigia as a native sidecar: the check, then vigia itself, which runs beside the pod's containers and
ends after them. The pod also needs shareProcessNamespace: true and the volumes of "vigia.volumes".
*/ -}}
{{- define "vigia.sidecar" -}}
{{ include "vigia.check" . }}
- name: vigia
  restartPolicy: Always
  securityContext:
    {{- include "vigia.sidecarSecurityContext" . | nindent 4 }}
  {{- include "vigia.containerBody" . | nindent 2 }}
{{- end }}
