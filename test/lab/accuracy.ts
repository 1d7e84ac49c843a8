/**
 * `npm run lab:accuracy` (root): what crossed the middle link of the lab against what Weir says, for every path through
 * kube-proxy's rules at MTU 1500 and 9001, and while agents, tables and the server fail. About 20 minutes.
 *
 *   --only paths   only phases whose name holds this: paths, connections, ends, away, moves
 *   --mtu 1500     at this MTU only
 *   --directory kubernetes   labels from an API server and agents known by reviewed tokens, not a file and a secret
 *   --json         the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { prepareSystem } from '../system.ts'
import { calibrate } from './accuracy/calibrate.ts'
import { movedAddressPhase } from './accuracy/moved-address.ts'
import { paths } from './accuracy/paths.ts'
import { type PhaseResult, runPhase, type Scenario, type Stage } from './accuracy/phase.ts'
import { type Calibration, jsonOf, type NamedPhase, phaseText } from './accuracy/report.ts'
import { absenceScenarios, connectionScenarios, restartScenarios, serverScenarios } from './accuracy/scenarios.ts'
import { openLab } from './lab.ts'
import { MTUS, shop } from './shop.ts'
import { listenFor } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { directoryKind } from './weir/surroundings.ts'
import { homeIn, startWeir } from './weir/weir.ts'

/** Short, so that a minute of an agent that is away is given to its witnesses while the run still watches. */
const SEAL_AFTER_MS = 20_000
/** How long after its end a minute may take to be decided: sealing, and an agent that has two minutes to make up for. */
const PATIENCE_MS = 120_000

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    mtu: { type: 'string' },
    directory: { type: 'string', default: 'file' },
    json: { type: 'boolean', default: false },
  },
})

type Phase = readonly [name: string, run: (stage: Stage) => Promise<PhaseResult>]
const phaseOf = (name: string, scenarios: readonly Scenario[]): Phase => [
  name,
  stage => runPhase(stage, scenarios, PATIENCE_MS),
]
const phasesAtEveryMtu: readonly Phase[] = [
  phaseOf(
    'paths',
    paths.map(path => ({ path })),
  ),
]
/** Not about sizes of packets: one MTU will do. */
const phasesOnce: readonly Phase[] = [
  phaseOf('connections', connectionScenarios),
  phaseOf('an agent ends', restartScenarios),
  phaseOf('an agent is away', absenceScenarios),
  phaseOf('the server ends', serverScenarios),
  ['an address moves', stage => movedAddressPhase(stage, PATIENCE_MS)],
]

const directory = directoryKind(values.directory)
const missing = await prepareSystem(['root', 'ip', 'nft', 'ethtool', 'conntrack'])
if (missing.size > 0) throw new Error(`the lab cannot run here: ${[...missing].join(', ')} missing`)
const phases: NamedPhase[] = []
const calibrations: Calibration[] = []
const mtus = MTUS.filter(mtu => values.mtu === undefined || Number(values.mtu) === mtu)
for (const mtu of mtus) {
  const all = mtu === mtus[0] ? [...phasesAtEveryMtu, ...phasesOnce] : phasesAtEveryMtu
  const todo = all.filter(([name]) => name.includes(values.only ?? ''))
  if (todo.length === 0) continue
  await using lab = await openLab(shop(mtu))
  const endpoints = new Endpoints(lab)
  await listenFor(lab, endpoints)
  const stage = { lab, endpoints, weir: await startWeir(homeIn(lab), { sealAfterMs: SEAL_AFTER_MS, directory }) }
  const calibration = await calibrate(stage)
  calibrations.push(calibration)
  const { expectedBytes, countedBytes } = calibration
  console.log(`calibration at MTU ${mtu}: sent ${expectedBytes} bytes, the middle link counted ${countedBytes}\n`)
  for (const [name, run] of todo) {
    const phase = { name: `${name}, MTU ${mtu}`, ...(await run(stage)) }
    phases.push(phase)
    console.log(phaseText(phase))
  }
}
if (phases.length === 0) throw new Error(`no phase has ${JSON.stringify(values.only)} in its name`)
const summary = jsonOf(phases, calibrations)
console.log(summary.met ? 'every bar is met' : 'BARS MISSED, see above')
if (values.json) console.log(JSON.stringify(summary))
process.exit(summary.met ? 0 : 1)
