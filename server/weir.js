#!/usr/bin/env node
/**
 * The bin. Plain JavaScript, because it must run before Node loads its TypeScript compiler: with a compile cache the
 * compiler is not loaded at all, in neither thread of the agent, which saves a third of the agent's memory. The first
 * start after an install fills the cache; an image fills it when it is built.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * glibc keeps memory that was freed, in an arena per thread and at the end of each: 10 MB of an agent's 94. One arena, and
 * buffers beyond 128 KiB given back at once, cost it no CPU worth measuring (docs/performance.md). The settings are read
 * when a process starts, so it starts once more, as the same process; whoever has set them is left alone.
 */
const frugal = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }
if (process.platform === 'linux' && process.argv[2] === 'agent' && !('MALLOC_TRIM_THRESHOLD_' in process.env))
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...frugal,
    ...process.env,
  })

const cache = fileURLToPath(new URL('../node_modules/.cache/weir', import.meta.url))
/** By then everything a program needs at its start has been loaded. */
const LOADED_MS = 5_000

enableCompileCache(cache)
// Worker threads read the variable of the process; a folder that cannot be written is no error, only slower.
process.env.NODE_COMPILE_CACHE ??= cache
setTimeout(flushCompileCache, LOADED_MS).unref()
await import('./weir.ts')
