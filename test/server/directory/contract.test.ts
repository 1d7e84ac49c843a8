import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EpochMs } from '@weir/contract/units.ts'
import { createFixedDirectory, type FixedDirectory } from '../../../server/directory/fixed/fixed.ts'
import { createDirectory, type LabelDirectory } from '../../../server/directory/label-directory.ts'
import type { Listing } from '../../../server/directory/whole-listing.ts'
import { directoryContract, type ShownDirectory } from '../../contracts/directory.ts'
import { fileText } from './fixed/file-text.ts'

directoryContract('listings applied', async (first, at) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-directory-'))
  let runs = 0
  const open = (): LabelDirectory => {
    const directory = createDirectory({ dataDir, instance: `run-${++runs}`, log: () => {} })
    directory.open()
    return directory
  }
  let directory = open()
  let last = first
  const shown: ShownDirectory = {
    get directory() {
      return directory
    },
    async show(listing: Listing, moment: EpochMs) {
      last = listing
      directory.apply(listing, moment)
    },
    async restart(moment) {
      directory.close()
      directory = open()
      directory.apply(last, moment)
    },
    async close() {
      directory.close()
      await rm(dataDir, { recursive: true })
    },
  }
  await shown.show(first, at)
  return shown
})

directoryContract('fixed file', async (first, at) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-directory-'))
  const file = join(dataDir, 'directory.json')
  let now = at
  let taken = (): void => {}
  const open = async (): Promise<FixedDirectory> => {
    const log = (line: string): void => {
      if (line.includes('read again')) taken()
    }
    const fixed = createFixedDirectory({ file, dataDir, now: () => now, log, pollMs: 20 })
    await fixed.start()
    return fixed
  }
  const write = async (listing: Listing): Promise<void> => {
    await writeFile(`${file}.new`, fileText(listing))
    await rename(`${file}.new`, file)
  }
  await write(first)
  let fixed = await open()
  return {
    get directory() {
      return fixed.directory
    },
    async show(listing, moment) {
      now = moment
      const read = new Promise<void>(resolve => {
        taken = resolve
      })
      await write(listing)
      await read
    },
    async restart(moment) {
      now = moment
      await fixed.stop()
      fixed = await open()
    },
    async close() {
      await fixed.stop()
      await rm(dataDir, { recursive: true })
    },
  }
})
