import { equal, match, ok } from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { at, parseManifests, pick, textAt } from './manifest.ts'
import { cases, chart, forKubernetes, lint, render, runHelm, skip, template } from './render.ts'

for (const [name, values] of Object.entries(cases))
  test(`the chart lints and renders: ${name}`, { skip }, () => {
    const linted = lint(...values)
    ok(linted.ok, linted.stdout + linted.stderr)
    const rendered = template(...values)
    ok(rendered.ok, rendered.stderr)
    ok(rendered.stdout.includes('kind: '))
  })

const bad: readonly [why: string, values: readonly string[], says: RegExp][] = [
  ['a typo', ['--set', 'agent.acounting.manage=false'], /acounting/],
  ['a typo in a setting', ['--set', 'server.settings.usdPerGB=0.01'], /usdPerGB/],
  ['a setting that the chart gives itself', ['--set', 'agent.settings.spoolDir=/tmp'], /spoolDir/],
  ['a value of the wrong type', ['--set-string', 'agent.metrics.port=many'], /port/],
  ['a way of access that there is not', ['--set', 'dashboard.auth=password'], /auth/],
  ['a right that is none', ['--set', 'dashboard.rights.groups.shop=some'], /rights/],
  ['a way of proof that there is not', ['--set', 'agentAuth.modes={trust}'], /modes/],
  ['no way of proof at all', ['--set-json', 'agentAuth.modes=[]'], /modes/],
  ['a cluster without a name', ['--set', 'clusterName='], /clusterName/],
  ['agents without a server', ['--set', 'server.enabled=false'], /agent\.serverUrl/],
  ['mtls without certificates', ['--set', 'agentAuth.modes={mtls}'], /agentsTls\.existingSecret/],
  ['a CA without TLS', ['--set', 'agent.tls.existingSecret=ca'], /agent\.serverUrl/],
  ['jwks without an issuer', ['--set', 'agentAuth.modes={jwks}'], /agentAuth\.issuer/],
  [
    'a proxy without its secret',
    ['--set', 'dashboard.auth=proxy,dashboard.proxy.addresses={10.0.0.0/8}'],
    /dashboard\.proxy\.existingSecret/,
  ],
  [
    'a proxy without its addresses',
    ['--set', 'dashboard.auth=proxy,dashboard.proxy.existingSecret=s'],
    /dashboard\.proxy\.addresses/,
  ],
  [
    'oidc without an issuer',
    ['--set', 'dashboard.auth=oidc,dashboard.oidc.existingSecret=s'],
    /dashboard\.oidc\.issuer/,
  ],
  ['an Ingress without a host', ['--set', 'ingress.enabled=true'], /ingress\.host/],
  ['a route without a gateway', ['--set', 'httpRoute.enabled=true'], /httpRoute\.parentRefs/],
  ['a policy that would shut agents out', ['--set', 'networkPolicy.enabled=true'], /networkPolicy\.nodeCidrs/],
  ['monitored agents without metrics', ['--set', 'monitoring.podMonitor.enabled=true'], /agent\.metrics\.enabled/],
]
for (const [why, values, says] of bad)
  test(`${why} fails with a message that names the key`, { skip }, () => {
    const { ok: isRendered, stderr } = template(...values)
    equal(isRendered, false)
    match(stderr, says)
  })

test('a cluster that is too old is refused', { skip }, () => {
  const { ok: isRendered, stderr } = runHelm('template', 'weir', chart, '--kube-version', '1.26.0')
  equal(isRendered, false)
  match(stderr, /requires kubeVersion: >=1\.27/)
})

test('what a selector holds never changes with a version or a label of the user', { skip }, () => {
  const everything = render('everything')
  for (const [kind, name] of [
    ['DaemonSet', 'flows-agent'],
    ['StatefulSet', 'flows-server'],
  ] as const) {
    const labels = at(pick(everything, kind, name), 'spec', 'selector', 'matchLabels')
    equal(
      Object.keys(labels ?? {}).join(),
      'app.kubernetes.io/name,app.kubernetes.io/instance,app.kubernetes.io/component',
    )
  }
})

test('the notes say how to get in and what is not counted yet', { skip }, () => {
  const notes = notesOf()
  match(notes, /port-forward svc\/weir-server 8080:8080/)
  match(notes, /get secret weir-dashboard /)
  match(notes, /count once they\s+reconnect/)
  match(notes, /pod-security\.kubernetes\.io\/enforce=privileged/)
})

test('the notes warn of what was chosen', { skip }, () => {
  const notes = notesOf(...cases.minimal)
  match(notes, /dashboard\.auth is none: everybody/)
  match(notes, /all history goes with the pod/)
  match(notes, /one shared secret/)
  match(notes, /spool\.type is emptyDir/)
})

/** helm shows notes only when it installs, for which it wants a cluster: so they are rendered as an object of a copy. */
function notesOf(...values: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'weir-notes-'))
  try {
    cpSync(chart, copy, { recursive: true })
    const notes = readFileSync(join(chart, 'templates', 'NOTES.txt'), 'utf8')
    const object =
      '{{ toJson (dict "apiVersion" "v1" "kind" "Notes" "metadata" (dict "name" "notes") "text" (include "notes" .)) }}'
    writeFileSync(join(copy, 'templates', 'object.yaml'), `{{ define "notes" }}${notes}{{ end }}\n${object}\n`)
    const {
      ok: isRendered,
      stdout,
      stderr,
    } = runHelm('template', 'weir', copy, '--namespace', 'obs', ...forKubernetes, ...values)
    ok(isRendered, stderr)
    return textAt(pick(parseManifests(stdout), 'Notes', 'notes'), 'text')
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
