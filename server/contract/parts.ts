/** A piece of a program: inert until started, stopped once. */
export interface Part {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts parts in the order given and waits for `end`; whatever happens, stops those that were started, last first.
 * A part that fails to stop does not keep the others from stopping; the first failure is thrown at the end.
 */
export async function runUntil(
  end: Promise<unknown>,
  parts: readonly Part[],
  log: (line: string) => void,
): Promise<void> {
  const started: Part[] = []
  let failure: unknown
  // Looked at below; an end that fails while a part still starts must not end the process before the others stop.
  end.catch(() => {})
  try {
    for (const part of parts) {
      started.push(part)
      await part.start()
    }
    await end
  } catch (error) {
    failure = error
  }
  for (const part of started.reverse()) {
    try {
      await part.stop()
    } catch (error) {
      log(`${part.name} did not stop cleanly: ${error}`)
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
}
