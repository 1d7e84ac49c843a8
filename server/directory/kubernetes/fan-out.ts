import type { ObjectsListener } from './objects.ts'

/**
 * Tells several listeners in their order. What the first fails to take in is told to all of them again: those after it
 * must not mind hearing something twice.
 */
export function fanOut(listeners: readonly ObjectsListener[]): ObjectsListener {
  return {
    onSynced: (objects, at) => {
      for (const listener of listeners) listener.onSynced(objects, at)
    },
    onChanges: (batch, at) => {
      for (const listener of listeners) listener.onChanges(batch, at)
    },
    onCurrent: at => {
      for (const listener of listeners) listener.onCurrent(at)
    },
  }
}
