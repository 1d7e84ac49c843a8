{{- define "weir.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "weir.fullname" -}}
{{- $name := include "weir.name" . }}
{{- $joined := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $joined .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "weir.agentName" }}{{ include "weir.fullname" . }}-agent{{ end }}
{{- define "weir.serverName" }}{{ include "weir.fullname" . }}-server{{ end }}

{{- /* What a selector may hold: it can never be changed after the first install. */}}
{{- define "weir.selector" -}}
app.kubernetes.io/name: {{ include "weir.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "weir.labels" -}}
{{ include "weir.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "weir.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{- define "weir.agentAccount" -}}
{{- default (include "weir.agentName" .) .Values.agent.serviceAccount.name }}
{{- end }}

{{- define "weir.flowLogsName" }}{{ include "weir.fullname" . }}-flow-logs{{ end }}

{{- define "weir.flowLogsAccount" -}}
{{- default (include "weir.flowLogsName" .) .Values.flowLogs.serviceAccount.name }}
{{- end }}

{{- define "weir.serverAccount" -}}
{{- default (include "weir.serverName" .) .Values.server.serviceAccount.name }}
{{- end }}

{{- define "weir.serverUrl" -}}
{{- if .Values.agent.serverUrl }}{{ .Values.agent.serverUrl }}
{{- else if not .Values.server.enabled }}{{ fail "agent.serverUrl must be given when server.enabled is false: the URL of the other server's port for agents" }}
{{- else }}{{ ternary "https" "http" (ne .Values.agentsTls.existingSecret "") }}://{{ include "weir.serverName" . }}.{{ .Release.Namespace }}.svc:8081
{{- end }}
{{- end }}

{{- /* "true" where agents present their projected token, else empty. */}}
{{- define "weir.usesToken" -}}
{{- if or (has "token-review" .Values.agentAuth.modes) (has "jwks" .Values.agentAuth.modes) }}true{{ end }}
{{- end }}

{{- /* "true" where agents present the shared secret, else empty. */}}
{{- define "weir.usesSecret" -}}
{{- if and (has "secret" .Values.agentAuth.modes) (not (include "weir.usesToken" .)) }}true{{ end }}
{{- end }}

{{- define "weir.agentSecret" -}}
{{- default (printf "%s-agents" (include "weir.fullname" .)) .Values.agentAuth.secret.existingSecret }}
{{- end }}

{{- define "weir.tokenSecret" -}}
{{- default (printf "%s-dashboard" (include "weir.fullname" .)) .Values.dashboard.token.existingSecret }}
{{- end }}

{{- /* Settings by name as variables: usdPerGb is WEIR_USD_PER_GB. Whole numbers must not come out as 2.68e+08. */}}
{{- define "weir.settings" }}
{{- range $name, $value := . }}
- name: WEIR_{{ $name | snakecase | upper }}
  value: {{ ternary ($value | int64 | toString) ($value | toString) (and (kindIs "float64" $value) (eq (floor $value) $value)) | quote }}
{{- end }}
{{- end }}

{{- /* The contexts of every container: nothing but what is added by name. */}}
{{- define "weir.unprivileged" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- /* A Secret's value that stays as it is on upgrades; made at the first install. In: root, secret, key. */}}
{{- define "weir.kept" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .secret }}
{{- if and $found (hasKey (default dict $found.data) .key) }}{{ index $found.data .key }}
{{- else }}{{ randAlphaNum 40 | b64enc }}
{{- end }}
{{- end }}
