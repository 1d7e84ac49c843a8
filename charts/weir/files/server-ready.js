// `helm test`: within a minute the server is ready and, where a token says who asks, at least one agent has reported.
// Ends with 0, or with 1 and the last thing that was not so. Environment: SERVER_URL, TOKEN_FILE ('' = none).
import { readFileSync } from 'node:fs'

const { SERVER_URL, TOKEN_FILE, WITHIN_MS = '60000' } = process.env
const authorization = TOKEN_FILE === '' ? undefined : `Bearer ${firstToken(readFileSync(TOKEN_FILE, 'utf8'))}`
const until = Date.now() + Number(WITHIN_MS)
let wrong = await check()
while (wrong !== undefined && Date.now() < until) {
  await new Promise(resolve => setTimeout(resolve, 1_000))
  wrong = await check()
}
console.log(wrong ?? 'ready')
process.exit(wrong === undefined ? 0 : 1)

async function check() {
  try {
    const ready = await ask('/readyz', {})
    if (!ready.ok) return `not ready: ${await ready.text()}`
    if (authorization === undefined) return undefined
    const answer = await ask('/api/v1/agents', { authorization })
    if (!answer.ok) return `the agents cannot be listed: ${await answer.text()}`
    const { agents, withoutAgent } = await answer.json()
    console.log(`${agents.length} agents have reported, ${withoutAgent.length} nodes are without`)
    return agents.length === 0 ? 'no agent has reported' : undefined
  } catch (error) {
    return `no answer: ${error.message} ${error.cause?.message ?? ''}`
  }
}

/** The file may hold several, comma separated, each alone or as NAME:TOKEN. */
function firstToken(file) {
  return file.split(',')[0].replace(/^[^:]*:/, '').trim()
}

function ask(path, headers) {
  return fetch(`${SERVER_URL}${path}`, { headers, signal: AbortSignal.timeout(5_000) })
}
