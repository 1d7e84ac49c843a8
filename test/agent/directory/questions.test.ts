import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_LABEL_QUESTION } from '@weir/contract/directory-wire.ts'
import { Questions } from '../../../agent/directory/questions.ts'
import { at } from './labels.ts'

test('an address that nobody knew is asked for again after one minute, then two, then four', () => {
  const questions = new Questions()
  const asked = (seconds: number) => questions.choose(['10.0.0.1'], 0, at(seconds)).length === 1
  const answers: boolean[] = []
  for (const seconds of [0, 59, 60, 179, 180, 419, 420]) {
    const chosen = asked(seconds)
    answers.push(chosen)
    if (chosen) questions.missed(['10.0.0.1'], at(seconds))
  }
  deepEqual(answers, [true, false, true, false, true, false, true])
})

test('a question never holds more than the server takes', () => {
  const many = Array.from({ length: 2 * MAX_LABEL_QUESTION }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
  equal(new Questions().choose(many, 0, at(0)).length, MAX_LABEL_QUESTION)
})

test('an answer ends the waiting', () => {
  const questions = new Questions()
  questions.missed(['10.0.0.1'], at(0))
  questions.answered(['10.0.0.1'])
  deepEqual(questions.choose(['10.0.0.1'], 0, at(1)), ['10.0.0.1'])
})

test('an agent that holds very many labels asks for no more', () => {
  deepEqual(new Questions().choose(['10.0.0.1'], 50_000, at(0)), [])
})
