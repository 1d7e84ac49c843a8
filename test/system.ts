import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A need that is a program: any of these names will do, and this Debian package has the first. */
const programs: { readonly [need: string]: { readonly names: readonly string[]; readonly debianPackage: string } } = {
  ip: { names: ['ip'], debianPackage: 'iproute2' },
  nft: { names: ['nft'], debianPackage: 'nftables' },
  ethtool: { names: ['ethtool'], debianPackage: 'ethtool' },
  conntrack: { names: ['conntrack'], debianPackage: 'conntrack' },
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], debianPackage: 'chromium' },
}

/**
 * Checks that the machine has what is needed: `root` (Linux, uid 0, may make network namespaces) or a program above.
 * As root on Debian and Ubuntu it installs missing packages; elsewhere it prints what to install.
 * @returns the needs that are still missing.
 */
export async function prepareSystem(needs: readonly string[]): Promise<Set<string>> {
  // sbin is not on the PATH of every user, but root's tools live there; programs started from here inherit it.
  process.env.PATH = [...new Set([...searchPath(), '/usr/sbin', '/sbin'])].join(delimiter)
  const wanted = packagesFor(needs.filter(need => !has(need)))
  if (wanted.length > 0 && isRoot() && isDebianLike(osRelease())) {
    console.log(`installing ${wanted.join(', ')} with apt-get`)
    await aptGet('update')
    await aptGet('install', '--yes', '--no-install-recommends', ...wanted)
  }
  const missing = new Set(needs.filter(need => !has(need)))
  for (const line of advice(missing)) console.log(line)
  return missing
}

/** Where a needed program is, `undefined` if it is nowhere. */
export const programFor = (need: string): string | undefined =>
  (programs[need]?.names ?? [need]).map(findProgram).find(path => path !== undefined)

/** The Debian packages that bring these needs; `root` is none. */
export const packagesFor = (needs: readonly string[]): string[] =>
  needs.flatMap(need => programs[need]?.debianPackage ?? [])

/** One line for every missing need: what it is for the user to do. */
export const advice = (missing: ReadonlySet<string>): string[] =>
  [...missing].map(need => {
    if (need === 'root') return 'missing: root on Linux with the right to make network namespaces'
    const packageName = programs[need]?.debianPackage
    return packageName === undefined
      ? `missing: ${need}`
      : `missing: ${need} (package ${packageName} on Debian and Ubuntu)`
  })

/** @param release text of /etc/os-release (os-release(5)). */
export const isDebianLike = (release: string): boolean => /^ID(_LIKE)?="?[^"\n]*\b(debian|ubuntu)\b/m.test(release)

const has = (need: string): boolean => (need === 'root' ? mayMakeNamespaces() : programFor(need) !== undefined)

const isRoot = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

// Being uid 0 is not enough: a container's root usually lacks CAP_SYS_ADMIN. So it is tried.
const mayMakeNamespaces = (): boolean => isRoot() && spawnSync('unshare', ['--net', 'true']).status === 0

const searchPath = (): string[] => (process.env.PATH ?? '').split(delimiter)

const findProgram = (name: string): string | undefined =>
  searchPath()
    .map(folder => join(folder, name))
    .find(isExecutable)

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}

/** A failed installation is no failure of the command: what is then missing is told and left out. */
function aptGet(...args: string[]): Promise<void> {
  return new Promise(resolve => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const child = spawn('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', () => resolve())
    child.on('close', () => resolve())
  })
}
