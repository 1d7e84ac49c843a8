import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { render, skip } from './render.ts'
import { rightsOf } from './rights.ts'

/** The lines of rights/<name>.txt. A change of them is a change of what Weir asks for: docs/operations.md must tell it. */
const agreed = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, 'rights', `${name}.txt`), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))

for (const name of ['default', 'minimal', 'everything', 'only agents', 'agents and a server elsewhere'] as const)
  test(`the chart asks for exactly the rights that are written down: ${name}`, { skip }, () =>
    deepEqual(rightsOf(render(name)), agreed(name)),
  )
