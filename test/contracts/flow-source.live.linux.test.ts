import { RemoteSource } from '../agent/sources/remote-source.ts'
import { RouterLab, SERVER, SERVICE } from '../agent/sources/router-lab.ts'
import { flowSourceContract } from './flow-source.ts'

const skip = process.getuid?.() === 0 ? false : 'needs root: reads conntrack of a network namespace'

flowSourceContract(
  'live conntrack',
  async () => {
    const lab = await RouterLab.open()
    const server = lab.program(lab.server, './program-server.ts', {})
    await server.says()
    const options = { windowMs: 500, dumpEveryMs: 100, dumpShare: 1, drainEveryMs: 20, mtu: 1500 }
    return {
      source: new RemoteSource(lab, { options }),
      windowMs: options.windowMs,
      async traffic() {
        const calls = { port: 80, parallel: 5, send: 300, receive: 3000 }
        const client = lab.program(lab.client, './program-client.ts', [
          { ...calls, host: SERVICE, count: 200 },
          { ...calls, host: SERVER, port: 8080, count: 50, parallel: 1, localPort: 40000 },
        ])
        await client.says()
        return { ...(await lab.truth()), connections: 250 }
      },
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    }
  },
  skip,
)
