import { randomBytes } from 'node:crypto'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Access } from '../../../server/access/access.ts'
import { parseRights, type Rights } from '../../../server/access/rights.ts'
import { Sessions } from '../../../server/access/sessions.ts'
import { TokenAccess } from '../../../server/access/token.ts'
import { ProxyAddresses } from '../../../server/access/visit.ts'
import { anyone } from '../../../server/access/who-is.ts'

/** A token for each kind of person: sees everything, sees shop, sees data, is known and sees nothing. */
export const tokens = {
  all: 'everything-0123456789',
  shop: 'shop-0123456789abcdef',
  data: 'data-0123456789abcdef',
  nothing: 'nothing-0123456789abc',
} as const

export const townRights: Rights = parseRights(`
users:
  all: all
  shop: [shop]
  data: [data]
`)

const base = () => ({
  sessions: new Sessions(randomBytes(32)),
  proxies: new ProxyAddresses([]),
  dashboardUrl: '',
})

/** As with dashboardAuth none. */
export const openDoor = (): Access => ({
  ...base(),
  auth: 'none',
  whoIs: visit => anyone(visit, epochMs(0)), // says the same at any time
})

/** As with dashboardAuth token, a rights file and the tokens above. */
export function guardedDoor(now: () => EpochMs, rights: Rights = townRights): Access {
  const parts = base()
  const named = Object.entries(tokens).map(([name, token]) => `${name}:${token}`)
  const token = new TokenAccess(named, rights, parts.sessions, parts.proxies)
  return { ...parts, auth: 'token', token, whoIs: visit => token.whoIs(visit, now()) }
}

export const bearer = (person: keyof typeof tokens): { readonly authorization: string } => ({
  authorization: `Bearer ${tokens[person]}`,
})
