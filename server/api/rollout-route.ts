import type { RolloutAnswers } from '../rollouts/readings/rollout-answers.ts'
import { inPath, quoted } from './parameters.ts'
import { json, missing, type Route, route } from './route.ts'

/** What one change did, at length. */
export const rolloutRoute = (answers: Pick<RolloutAnswers, 'answer'>): Route =>
  route(
    { path: '/rollouts/{id}', rule: 'scoped', summary: 'What a change did to the share that crosses zones.' },
    { id: inPath('The id of the change, as the list has it.') },
    'Rollout',
    async ({ id }, { scope }) => {
      const answer = await answers.answer(scope, id)
      return answer === undefined ? missing(`no change ${quoted(id)} is known`) : json(answer)
    },
  )
