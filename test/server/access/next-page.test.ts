import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { loginPage } from '../../../server/access/login-page.ts'
import { nextPage } from '../../../server/access/next-page.ts'

const cases: [why: string, given: unknown, next: string][] = [
  ['a view of the page, with all that is chosen', '/?group=zone&namespace=!a#x', '/?group=zone&namespace=!a#x'],
  ['nothing', null, '/'],
  ['another host', 'https://evil.example/', '/'],
  ['another host without its scheme', '//evil.example/', '/'],
  ['another host with a backslash', '/\\evil.example', '/'],
  ['another host behind a tab, which browsers leave out', '/\t/evil.example', '/'],
  ['another host behind a dot', '/.//evil.example', '/'],
  ['a script', 'javascript:alert(1)', '/'],
  ['the login page itself', '/login?next=/login', '/'],
  ['a line break cannot start another header', '/\r\nset-cookie: a=b', '/set-cookie:%20a=b'],
]
for (const [why, given, next] of cases) test(why, () => equal(nextPage(given), next))

test('whatever is filled into the login page stays text', () => {
  const hostile = '"><script>alert(1)</script>{{way}}'
  const html = loginPage('<a href="{{provider}}"><input value="{{next}}">{{says}}', {
    way: 'token',
    next: hostile,
    says: hostile,
  })
  ok(!html.includes('<script'))
  match(html, /value="&quot;&gt;&lt;script&gt;/)
  match(html, /href="\/login\/oidc\?next=%22%3E%3Cscript/)
})
