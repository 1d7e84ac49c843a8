import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { openToAll } from '../../../server/trust/authenticate.ts'
import { sharedSecret } from '../../../server/trust/shared-secret.ts'

const authenticate = sharedSecret(['one', 'two'])
const cases: [why: string, authorization: string | undefined, opens: boolean][] = [
  ['the secret opens', 'Bearer one', true],
  ['so does the next one, while both are listed', 'Bearer two', true],
  ['the scheme is written in any case (RFC 9110 section 11.1)', 'bearer one', true],
  ['another secret does not', 'Bearer three', false],
  ['nor a part of it', 'Bearer on', false],
  ['nor another scheme', 'Basic one', false],
  ['nor nothing', undefined, false],
]
for (const [why, authorization, opens] of cases)
  test(`shared secret: ${why}`, async () => {
    const answer = await authenticate({ headers: authorization === undefined ? {} : { authorization } })
    if (opens) deepEqual(answer, { identity: 'asserted' })
    else {
      equal('code' in answer && answer.code, 'unauthorised')
      match('detail' in answer ? answer.detail : '', /secret/)
    }
  })

test('an empty secret is refused at start: nobody runs open by mistake', async () => {
  throws(() => sharedSecret([]), RangeError)
  throws(() => sharedSecret(['one', ' ']), RangeError)
  deepEqual(await openToAll({ headers: {} }), { identity: 'asserted' })
})
