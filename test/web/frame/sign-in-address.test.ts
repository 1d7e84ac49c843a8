import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { signInAddress } from '../../../web/frame/sign-in-address.ts'

const here = { pathname: '/', search: '?namespace=a%26b&span=300', hash: '#x' }

test('the whole view is the way back, whatever is in it', () => {
  const address = new URL(signInAddress('/login', here, false), 'http://weir')
  equal(address.pathname, '/login')
  equal(address.searchParams.get('next'), '/?namespace=a%26b&span=300#x')
  equal(address.searchParams.has('ended'), false)
})

test('who was in before is told that it has ended', () => {
  equal(new URL(signInAddress('/login', here, true), 'http://weir').searchParams.has('ended'), true)
})
