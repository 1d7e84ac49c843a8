import type { PhaseOptions, PhaseResult } from './bars.ts'

export async function questionsPhase(_options: PhaseOptions): Promise<PhaseResult> {
  return { figures: {}, bars: [] }
}
