{{- /* Variables that say who agents are. */}}
{{- define "weir.serverTrust" -}}
- name: WEIR_AGENT_AUTH
  value: {{ join "," .Values.agentAuth.modes | quote }}
{{- if include "weir.usesToken" . }}
- name: WEIR_AGENT_AUDIENCE
  value: {{ .Values.agentAuth.audience | quote }}
- name: WEIR_AGENT_SERVICE_ACCOUNT
  value: {{ printf "%s/%s" .Release.Namespace (include "weir.agentAccount" .) | quote }}
{{- if .Values.flowLogs.enabled }}
- name: WEIR_FLOW_LOG_SERVICE_ACCOUNT
  value: {{ printf "%s/%s" .Release.Namespace (include "weir.flowLogsAccount" .) | quote }}
{{- end }}
{{- end }}
{{- if has "jwks" .Values.agentAuth.modes }}
- name: WEIR_AGENT_ISSUER
  value: {{ required "agentAuth.issuer must be given with the mode jwks" .Values.agentAuth.issuer | quote }}
- name: WEIR_AGENT_JWKS
  value: {{ required "agentAuth.jwks must be given with the mode jwks" .Values.agentAuth.jwks | quote }}
{{- end }}
{{- if has "secret" .Values.agentAuth.modes }}
- name: WEIR_SECRET_FILE
  value: /etc/weir/agents/{{ .Values.agentAuth.secret.key }}
{{- end }}
{{- if .Values.agentsTls.existingSecret }}
- name: WEIR_AGENTS_TLS_CERT
  value: /etc/weir/agents-tls/tls.crt
- name: WEIR_AGENTS_TLS_KEY
  value: /etc/weir/agents-tls/tls.key
{{- if .Values.agentsTls.clientCa }}
- name: WEIR_AGENTS_CLIENT_CA
  value: /etc/weir/agents-tls/ca.crt
{{- end }}
{{- end }}
{{- if and (has "mtls" .Values.agentAuth.modes) (not (and .Values.agentsTls.existingSecret .Values.agentsTls.clientCa)) }}
{{- fail "agentAuth.modes has mtls: agentsTls.existingSecret must name a Secret, and agentsTls.clientCa be true" }}
{{- end }}
{{- end }}

{{- /* Name of the Secret the chosen way of access needs; empty = none. */}}
{{- define "weir.dashboardSecret" -}}
{{- with .Values.dashboard }}
{{- if eq .auth "token" }}{{ include "weir.tokenSecret" $ }}
{{- else if eq .auth "proxy" }}{{ required "dashboard.proxy.existingSecret must be given with dashboard.auth proxy" .proxy.existingSecret }}
{{- else if eq .auth "oidc" }}{{ required "dashboard.oidc.existingSecret must be given with dashboard.auth oidc" .oidc.existingSecret }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Variables that say who people are. */}}
{{- define "weir.serverAccess" -}}
{{- with .Values.dashboard -}}
- name: WEIR_DASHBOARD_AUTH
  value: {{ .auth }}
{{- if eq .auth "token" }}
- name: WEIR_DASHBOARD_TOKEN_FILE
  value: /etc/weir/dashboard/{{ .token.key }}
{{- else if eq .auth "proxy" }}
{{- if not .proxy.addresses }}{{ fail "dashboard.proxy.addresses must be given with dashboard.auth proxy" }}{{ end }}
- name: WEIR_DASHBOARD_PROXY_SECRET_FILE
  value: /etc/weir/dashboard/{{ .proxy.key }}
{{- else if eq .auth "oidc" }}
- name: WEIR_OIDC_ISSUER
  value: {{ required "dashboard.oidc.issuer must be given with dashboard.auth oidc" .oidc.issuer | quote }}
- name: WEIR_OIDC_CLIENT_ID
  value: {{ required "dashboard.oidc.clientId must be given with dashboard.auth oidc" .oidc.clientId | quote }}
- name: WEIR_OIDC_CLIENT_SECRET_FILE
  value: /etc/weir/dashboard/{{ .oidc.key }}
{{- end }}
{{- with .proxy.addresses }}
- name: WEIR_DASHBOARD_PROXY_ADDRESSES
  value: {{ join "," . | quote }}
{{- end }}
{{- if .url }}
- name: WEIR_DASHBOARD_URL
  value: {{ .url | quote }}
{{- else if eq .auth "oidc" }}{{ fail "dashboard.url must be given with dashboard.auth oidc" }}
{{- end }}
{{- if .rights }}
- name: WEIR_RIGHTS_FILE
  value: /etc/weir/rights/rights.yaml
{{- end }}
{{- end }}
{{- end }}

{{- /* Volumes besides the one that is claimed; empty = none. */}}
{{- define "weir.serverVolumes" -}}
{{- if not .Values.server.persistence.enabled }}
- name: data
  emptyDir: {}
{{- end }}
{{- if has "secret" .Values.agentAuth.modes }}
- name: agent-secret
  secret: { secretName: {{ include "weir.agentSecret" . }}, defaultMode: 0440 }
{{- end }}
{{- with .Values.agentsTls.existingSecret }}
- name: agents-tls
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- with .Values.server.clustersSecret }}
- name: clusters
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- with include "weir.dashboardSecret" . }}
- name: dashboard
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- if .Values.dashboard.rights }}
- name: rights
  configMap: { name: {{ include "weir.serverName" . }} }
{{- end }}
{{- end }}
