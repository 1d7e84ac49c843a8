// `helm test`: the server answers that it is ready within a minute, else this ends with 1 and its last answer.
const until = Date.now() + 60_000
let last = 'no answer'
while (Date.now() < until) {
  try {
    const answer = await fetch(process.env.READY_URL, { signal: AbortSignal.timeout(5_000) })
    last = `${answer.status} ${await answer.text()}`
    if (answer.ok) break
  } catch (error) {
    last = `${error.message}: ${error.cause?.message ?? ''}`
  }
  await new Promise(resolve => setTimeout(resolve, 1_000))
}
console.log(`${process.env.READY_URL}: ${last}`)
process.exit(last.startsWith('200 ') ? 0 : 1)
