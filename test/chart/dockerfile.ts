import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join, matchesGlob, relative, resolve } from 'node:path'
import { programFor } from '../system.ts'

const isRoot = process.getuid?.() === 0

/** One instruction, its continued lines joined, comments left out. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

export interface Stage {
  readonly name: string
  readonly from: string
  readonly instructions: readonly Instruction[]
}

/** The stages of a Dockerfile. What stands before the first FROM (ARG) is put into the FROM lines. */
export function parseDockerfile(text: string): readonly Stage[] {
  const lines = text.split('\n').filter(line => !/^\s*(#|$)/.test(line))
  const joined = lines.join('\n').replace(/\\\n\s*/g, '')
  const stages: { name: string; from: string; instructions: Instruction[] }[] = []
  const defaults = new Map<string, string>()
  for (const line of joined.split('\n')) {
    const [name = '', ...words] = line.trim().split(/\s+/)
    const rest = line.trim().slice(name.length).trim()
    if (name === 'ARG') defaults.set(...pair(rest))
    else if (name === 'FROM') {
      const [image = '', as, stage] = words.filter(word => !word.startsWith('--'))
      const from = image.replace(/\$\{(\w+)\}/g, (_, key) => defaults.get(key) ?? '')
      stages.push({ name: as === 'AS' && stage !== undefined ? stage : 'last', from, instructions: [] })
    } else stages.at(-1)?.instructions.push({ name, rest })
  }
  return stages
}

const pair = (assignment: string): [string, string] => {
  const [key = '', value = ''] = assignment.split('=')
  return [key, value]
}

export interface Build {
  /** The context: the repository. */
  readonly context: string
  /** Patterns of .dockerignore. */
  readonly ignore: readonly string[]
  /** An empty folder. Stages that are done lie in it by their names. */
  readonly folder: string
}

/**
 * Does what the lines say, in folders instead of images. Each stage is at work in one place, as an engine's are: what it
 * makes may know its own path. Returns that place, with the last stage in it. @throws Error with the line that failed.
 */
export function buildImage(stages: readonly Stage[], build: Build): string {
  const root = join(build.folder, 'root')
  for (const [index, stage] of stages.entries()) {
    mkdirSync(root)
    runStage(stage, root, build)
    if (index < stages.length - 1) renameSync(root, join(build.folder, stage.name))
  }
  return root
}

/** `root`: the folder that stands for the root of the stage's image. */
export function runStage(stage: Stage, root: string, build: Build): void {
  let directory = root
  for (const { name, rest } of stage.instructions)
    switch (name) {
      case 'WORKDIR':
        directory = join(root, rest)
        mkdirSync(directory, { recursive: true })
        break
      case 'COPY':
        copy(rest, root, directory, build)
        break
      case 'RUN':
        runLine(rest, directory)
        break
      case 'ENV':
      case 'LABEL':
      case 'USER':
      case 'EXPOSE':
      case 'ENTRYPOINT':
      case 'CMD':
        break // they say how the image is started, not what is in it
      default:
        throw new Error(`an instruction that this test cannot do: ${name} ${rest}`)
    }
}

function copy(rest: string, root: string, directory: string, build: Build): void {
  const words = rest.split(/\s+/)
  const stage = words.find(word => word.startsWith('--from='))?.slice('--from='.length)
  const paths = words.filter(word => !word.startsWith('--'))
  const to = paths.at(-1) ?? ''
  for (const path of paths.slice(0, -1)) {
    const source = stage === undefined ? join(build.context, path) : join(build.folder, stage, path)
    const place = to.startsWith('/') ? join(root, to) : resolve(directory, to)
    const target = to.endsWith('/') ? join(place, path.slice(path.lastIndexOf('/') + 1)) : place
    mkdirSync(dirname(target), { recursive: true })
    const isWanted = (from: string) => !isIgnored(relative(build.context, from), build.ignore)
    if (stage === undefined && !isWanted(source)) throw new Error(`COPY ${path}: .dockerignore keeps it out`)
    const filter = stage === undefined ? { filter: isWanted } : {}
    cpSync(source, target, { recursive: true, verbatimSymlinks: true, ...filter })
  }
}

/** The last pattern that matches a path, or a folder above it, decides. Docker's star takes names with a dot too. */
export function isIgnored(path: string, patterns: readonly string[]): boolean {
  const parts = path.split('/')
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  return patterns.reduce((ignored, pattern) => {
    const isKept = pattern.startsWith('!')
    const glob = isKept ? pattern.slice(1) : pattern
    return glob === '*' || above.some(one => matchesGlob(one, glob)) ? !isKept : ignored
  }, false)
}

/** Runs a line as the build would, but never one that could reach beyond the stage's folder. */
function runLine(line: string, directory: string): void {
  const beyond = line.replaceAll('/dev/null', '').match(/(?:^|[\s"'=(])(\/[\w.]\S*|~\S*|\S*\.\.\/\S*)/)
  if (beyond !== null) throw new Error(`RUN reaches beyond its folder, which this test must not do: ${beyond[1]}`)
  // What npm has in its cache need not be fetched again.
  const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' }
  // As in an engine's build, root has few capabilities: the agent must not find that it may read the kernel.
  const without = isRoot && programFor('setpriv') !== undefined ? ['setpriv', '--bounding-set', '-net_admin'] : []
  const [program = 'sh', ...words] = [...without, 'sh', '-c', line]
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: directory, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`RUN ${line}\nended with ${status}:\n${stdout}${stderr}`)
}
