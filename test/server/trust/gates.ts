import { type Authenticate, openToAll } from '../../../server/trust/authenticate.ts'
import { Gate } from '../../../server/trust/gate.ts'

/** A gate for tests that are about something else; whatever goes wrong in it fails them. */
export function gateOf(authenticate: Authenticate = openToAll, now: () => number = Date.now): Gate {
  return new Gate({
    authenticate,
    now,
    log: line => {
      throw new Error(line)
    },
  })
}
