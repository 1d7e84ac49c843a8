/**
 * `npm run bench:conntrack`: what reading conntrack costs, against the kernel's own cost and conntrack-tools in the same
 * run; how many ends of connections a second are heard; that short connections lose no byte; what a whole agent takes.
 * Root, Linux; all in a network namespace of its own.
 *
 *   --seconds 60   how long the agent is watched
 *   --warm 60      how long it runs before that
 *   --only LIST    of: dump, events, short, agent
 *   --json         the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { agentPhase } from './conntrack/agent-phase.ts'
import { dumpPhase } from './conntrack/dump-phase.ts'
import { eventPhase, shortPhase } from './conntrack/event-phase.ts'
import { BenchSpace } from './conntrack/space.ts'
import { type Bar, barText } from './ingest/bars.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    warm: { type: 'string', default: '60' },
    only: { type: 'string', default: 'dump,events,short,agent' },
    json: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => console.log(line)
const phases = {
  dump: dumpPhase,
  events: eventPhase,
  short: shortPhase,
  agent: (space: BenchSpace) => agentPhase(space, Number(values.seconds), Number(values.warm), say),
}

const figures: { [phase: string]: unknown } = {}
const bars: Bar[] = []
{
  await using space = await BenchSpace.open()
  for (const [name, phase] of Object.entries(phases)) {
    if (!values.only.split(',').includes(name)) continue
    const result = await phase(space, say)
    figures[name] = result.figures
    bars.push(...result.bars)
  }
}
for (const bar of bars) say(barText(bar))
const met = bars.every(bar => bar.met)
if (values.json) say(JSON.stringify({ figures, bars, met }))
process.exit(met ? 0 : 1)
