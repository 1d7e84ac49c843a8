import { epochMs } from '@weir/contract/units.ts'
import type { Clock } from '../../../../server/directory/kubernetes/clock.ts'

/** Waits end at once and are written down; time goes by with them. */
export class HastyClock implements Clock {
  time = Date.UTC(2026, 10, 27, 12)
  readonly waits: number[] = []
  now = () => epochMs(this.time)
  random = () => 1
  async sleep(ms: number): Promise<void> {
    this.waits.push(ms)
    this.time += ms
  }
  after(): () => void {
    throw new Error('nothing here sets a timer')
  }
}
