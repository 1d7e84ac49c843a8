// Reads this namespace's table three ways, one after the other in each round: argument { rounds }. Waits for a line
// before each round, so that counters can move meanwhile; says the costs of the round.
import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Deltas } from '../../../agent/flows/deltas.ts'
import { KernelSocket } from '../../../agent/netlink/socket.ts'
import { ConntrackReader } from '../../../agent/sources/conntrack-reader.ts'
import { type Cost, cost, kernelFloor } from './floor.ts'

export interface Round {
  readonly entries: number
  /** The kernel alone: all datagrams received and thrown away. */
  readonly floor: Cost
  /** Read, decoded, and turned into what is new of each connection. */
  readonly weir: Cost
  /** conntrack -L >/dev/null, its own CPU time. */
  readonly tool: Cost
}

const receiveAndDiscard = kernelFloor()

const deltas = new Deltas(1500, () => 0)
const reader = new ConntrackReader(new KernelSocket(), deltas)
reader.open(1 << 20)
deltas.setTime(Date.now())

function runTool(): Cost {
  // bash's own times of the child, in seconds.
  const script = 'TIMEFORMAT="%R %U %S"; time conntrack -L >/dev/null 2>/dev/null'
  const { stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000 }
}

function weirRound(): void {
  const failed = reader.dump()
  if (failed !== undefined) throw new Error(failed)
}

for (let warm = 0; warm < 8; warm++) {
  receiveAndDiscard()
  weirRound()
}
deltas.takeRows()
console.log('{"warm":true}')
createInterface({ input: process.stdin }).on('line', () => {
  const floor = cost(receiveAndDiscard)
  const weir = cost(weirRound)
  const tool = runTool()
  deltas.takeRows()
  const round: Round = { entries: deltas.counts.entries, floor, weir, tool }
  console.log(JSON.stringify(round))
})
