import { readFileSync } from 'node:fs'
import { Recording } from '../../agent/sources/recording.ts'
import { flowSourceContract } from './flow-source.ts'

const fixtures = new URL('../fixtures/conntrack/', import.meta.url)
const { truth } = JSON.parse(readFileSync(new URL('shop.json', fixtures), 'utf8'))

flowSourceContract(
  'a recording',
  async () => {
    const options = { file: new URL('shop.rec', fixtures).pathname, windowMs: 500, mtu: 1500, loop: false }
    return {
      source: new Recording(options),
      windowMs: options.windowMs,
      traffic: async () => truth,
      [Symbol.asyncDispose]: async () => {},
    }
  },
  false,
)
