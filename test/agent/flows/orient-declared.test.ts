import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Declared, orientDeclared } from '../../../agent/flows/orient-declared.ts'
import { row } from './connection-row.ts'

const declared: Declared = {
  declares: (address, port, protocol, { binding }) =>
    protocol === 6 && binding === 1 && ['10.1.2.20:8080', '10.96.0.10:80'].includes(`${address}:${port}`),
}
const midStream = { midStream: true, initiatorPort: 41_000 }

test('a connection seen from its start is left as it is', () => {
  const seen = row()
  equal(orientDeclared(seen, declared).row, seen)
})

test('the end whose port is declared is the responder already: only the ephemeral port goes', () => {
  const { row: oriented, resolved } = orientDeclared(row(midStream), declared)
  deepEqual(oriented, row({ midStream: true }))
  equal(resolved, true)
})

test('a dialled Service is a declared port', () => {
  const seen = row({
    ...midStream,
    dialled: '10.96.0.10',
    dialledPort: 80,
    responder: '10.1.2.99',
    responderPort: 3000,
  })
  equal(orientDeclared(seen, declared).row.initiator, seen.initiator)
})

test('an answer was seen first: ends, bytes, wire bytes and packets change places', () => {
  const answer = row({
    ...midStream,
    initiator: '10.1.2.20',
    initiatorPort: 8080,
    responder: '10.1.1.10',
    responderPort: 41_000,
    bytesToResponder: 900,
    bytesToInitiator: 100,
    wireToResponder: 990,
    wireToInitiator: 110,
    packetsToResponder: 3,
    packetsToInitiator: 2,
  })
  deepEqual(orientDeclared(answer, declared), { row: row({ midStream: true }), resolved: true })
})

test('where neither end declares its port the row stays as the kernel shows it, and is said to be open', () => {
  const seen = row({ ...midStream, responderPort: 9999, dialledPort: 9999 })
  deepEqual(orientDeclared(seen, declared), { row: { ...seen, initiatorPort: 0 }, resolved: false })
})
