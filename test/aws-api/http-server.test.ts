import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { AwsServer } from './http-server.ts'

const listen = () => AwsServer.listen(({ path }) => ({ body: `hello ${path}` }))
const text = async (url: string): Promise<string> => (await fetch(url)).text()

test('a request reaches the handler and is kept for the test to look at', async () => {
  await using server = await listen()
  equal(await (await fetch(`${server.url}/a%20b?list-type=2`, { method: 'POST', body: 'x=1' })).text(), 'hello /a%20b')
  const [seen] = server.seen
  deepEqual(
    [seen?.method, seen?.path, seen?.query.get('list-type'), seen?.body.toString()],
    ['POST', '/a%20b', '2', 'x=1'],
  )
})

test('faults come in their order, as often as told, to requests that fit, and then the handler answers', async () => {
  await using server = await listen()
  server.fail({ kind: 'reply', reply: { status: 503, body: 'busy' } }, 2, ({ path }) => path === '/slow')
  equal(await text(`${server.url}/fast`), 'hello /fast')
  equal(await text(`${server.url}/slow`), 'busy')
  equal((await fetch(`${server.url}/slow`)).status, 503)
  equal(await text(`${server.url}/slow`), 'hello /slow')
  equal(server.seen.length, 4)
})

test('a cut body and a reset connection fail in the client', async () => {
  await using server = await listen()
  server.fail({ kind: 'cut' })
  server.fail({ kind: 'reset' })
  await rejects(text(server.url))
  await rejects(text(server.url))
})

test('a held request says that it came, and is answered once released', async () => {
  await using server = await listen()
  const held = server.hold()
  const answer = text(`${server.url}/late`)
  await held.arrived
  equal(await text(`${server.url}/other`), 'hello /other')
  held.release()
  equal(await answer, 'hello /late')
})
