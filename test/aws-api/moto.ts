import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { programFor } from '../system.ts'

const program = programFor('moto_server')

/** Why tests against moto do not run; false where they do. `pip install "moto[server]"` brings it. */
export const noMoto: string | false = program === undefined ? 'needs moto_server on the PATH' : false

/** moto's own idea of AWS, in a process of its own on a free port of the loopback. */
export async function startMoto(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(program ?? '', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    void exited.then(([code]) => reject(new Error(`moto_server ended with ${code}`)))
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on('line', line => {
        const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}
