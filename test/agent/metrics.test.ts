import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { metricsText, type Readings } from '../../agent/metrics.ts'
import { sendResults } from '../../agent/uplink/send.ts'

const readings: Readings = {
  stats: undefined,
  spool: { bytes: 4096, windows: 3 },
  sender: { bytesMoved: 10 },
  directory: { labelCount: 7, watermark: 2000 },
  directoryClient: { bytesMoved: 20, connected: true },
  losses: { 'spool bytes dropped': 99, 'event overruns': 2 },
  results: new Map(sendResults.map(result => [result, 1])),
  cpuMs: 1500,
}

test('every name is prefixed, and says its unit or that it is a total', async () => {
  const names = (await metricsText(() => readings).text())
    .match(/^# TYPE (\S+)/gm)
    ?.map(line => line.slice(7).split(' ')[0])
  ok(names !== undefined && names.length > 15)
  for (const name of names) match(name ?? '', /^(weir_agent|process)_[a-z_]+$/)
})

test('what was lost is there by its name, and bytes dropped by their reason', async () => {
  const text = await metricsText(() => readings).text()
  match(text, /^weir_agent_losses_total\{what="event overruns"\} 2$/m)
  match(text, /^weir_agent_dropped_bytes_total\{reason="spool full"\} 99$/m)
  match(text, /^weir_agent_batches_total\{result="duplicate"\} 1$/m)
  match(text, /^weir_agent_spool_windows 3$/m)
  match(text, /^process_cpu_seconds_total 1.5$/m)
})

test('numbers are read anew with every scrape; what is not known yet is not zero', async () => {
  let windows = 1
  const metrics = metricsText(() => ({ ...readings, spool: { bytes: 0, windows } }))
  await metrics.text()
  windows = 8
  const text = await metrics.text()
  match(text, /^weir_agent_spool_windows 8$/m)
  equal(/^weir_agent_conntrack_entries \d/m.test(text), false)
})
