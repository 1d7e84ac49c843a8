import { spawn } from 'node:child_process'

/** Runs a program to its end. @throws Error with the command and what it wrote to stderr when it exits other than 0. */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text
    })
    child.on('error', reject)
    // A program that ends without reading its input breaks the pipe; its exit code tells the story.
    child.stdin.on('error', () => {})
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${command} ${args.join(' ')}: ended with ${signal ?? code}: ${complaint.trim()}`))
    })
    child.stdin.end(input)
  })
}

/** As `run`, inside a network namespace. */
export const runIn = (namespace: string, command: string, args: readonly string[], input = ''): Promise<string> =>
  run('ip', ['netns', 'exec', namespace, command, ...args], input)

/** Runs `work` on all items, at most `width` at a time; fails on the first failure, after those under way have ended. */
export async function eachAtOnce<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>) {
  const waiting = [...items]
  const failures: unknown[] = []
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      await work(item).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failures.length > 0) throw failures[0]
}
