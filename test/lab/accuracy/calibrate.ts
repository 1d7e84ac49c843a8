import { oneWay, readTruth, since } from '../truth.ts'
import { addressOf } from './paths.ts'
import type { Stage } from './phase.ts'
import type { Calibration } from './report.ts'

const DATAGRAMS = 500
const PAYLOAD = 1000
/** IPv4 20 (RFC 791) and UDP 8 (RFC 768). */
const HEADERS = 28

/** Sends datagrams of a known size and reads the counter that everything else is measured by. */
export async function calibrate({ lab, endpoints }: Stage): Promise<Calibration> {
  const address = (name: string) => addressOf(lab.layout, name, 'v4')
  const before = await readTruth(lab)
  await endpoints.do('web-0', {
    kind: 'datagrams',
    host: address('cart-0'),
    ports: [8080],
    up: PAYLOAD,
    down: PAYLOAD,
    times: DATAGRAMS,
    everyMs: 1,
  })
  const seen = since(before, await readTruth(lab))
  const [near, far] = [[address('web-0')], [address('cart-0')]]
  const countedBytes = oneWay(seen, near, far).bytes + oneWay(seen, far, near).bytes
  const expectedBytes = 2 * DATAGRAMS * (PAYLOAD + HEADERS)
  return { expectedBytes, countedBytes, exact: countedBytes === expectedBytes }
}
