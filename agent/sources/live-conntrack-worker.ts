import { readFileSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { BindingTimes } from '../flows/binding-times.ts'
import type { Machine } from '../flows/deltas-checkpoint.ts'
import { KernelSocket } from '../netlink/socket.ts'
import { ConntrackWatch } from './conntrack-watch.ts'
import {
  DUMP_FD,
  EVENTS_FD,
  type FromWorker,
  HEARTBEAT,
  type ToWorker,
  type WorkerStart,
} from './live-conntrack-messages.ts'
import { RecordingTee } from './recording-tee.ts'
import { conntrackSysctls, tableMax } from './sysctls.ts'

/** The thread that reads conntrack: a dump of a big table is half a second of work without a pause. */
function watchConntrack(start: WorkerStart, post: (message: FromWorker, hand?: ArrayBuffer[]) => void): void {
  const control = new Int32Array(start.control)
  const kernel = new KernelSocket()
  const bindings = new BindingTimes()
  for (const { binding, fromMs } of start.bindings) bindings.add(binding, fromMs)
  const watch = new ConntrackWatch(start.options, {
    socket: start.recordTo === undefined ? kernel : new RecordingTee(kernel, start.recordTo, start.options.dumpEveryMs),
    machine: thisMachine(),
    sysctls: conntrackSysctls(start.manageSysctls, start.sysctlDirectory),
    tableMax: tableMax(start.sysctlDirectory),
    now: () => Date.now(),
    cpuMs: () => {
      const { user, system } = process.threadCpuUsage()
      return (user + system) / 1000
    },
    bindingOf: openedMs => bindings.of(openedMs),
    onWindow: window =>
      post({ kind: 'window', window }, [
        ...window.rows.flatMap(rows => [rows.words.buffer, rows.doubles.buffer]),
        window.checkpoint.body.buffer,
      ]),
    log: text => post({ kind: 'log', text }),
  })

  const opened = watch.start(start.resume)
  Atomics.store(control, DUMP_FD, opened.dump)
  Atomics.store(control, EVENTS_FD, opened.events)
  post({ kind: 'started' })

  let timer: NodeJS.Timeout | undefined
  const turn = (): void => {
    Atomics.add(control, HEARTBEAT, 1)
    timer = setTimeout(turn, watch.tick())
  }
  turn()

  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'bind') bindings.add(message.binding, message.fromMs)
    else if (message.kind === 'durable') watch.acknowledge()
    else {
      clearTimeout(timer)
      Atomics.store(control, DUMP_FD, -1)
      Atomics.store(control, EVENTS_FD, -1)
      watch.stop()
      post({ kind: 'stopped' })
      parentPort?.close()
    }
  })
}

function thisMachine(): Machine {
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    networkNamespace: statSync('/proc/thread-self/ns/net').ino,
  }
}

const post = (message: FromWorker, hand: ArrayBuffer[] = []): void => parentPort?.postMessage(message, hand)
try {
  // workerData is what LiveConntrack passed: the one place that starts this file.
  watchConntrack(workerData as WorkerStart, post)
} catch (error) {
  post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  parentPort?.close()
}
