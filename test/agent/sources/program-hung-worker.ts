// In place of the worker: opens a socket, says that it started, and is never heard of again.
import { parentPort, workerData } from 'node:worker_threads'
import { KernelSocket } from '../../../agent/netlink/socket.ts'
import { DUMP_FD, type WorkerStart } from '../../../agent/sources/live-conntrack-messages.ts'

const { control }: WorkerStart = workerData
Atomics.store(new Int32Array(control), DUMP_FD, new KernelSocket().openDump())
parentPort?.postMessage({ kind: 'started' })
for (;;);
