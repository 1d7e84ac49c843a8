import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { TestRow } from './batches.ts'
import { M0, Stage, sum } from './stage.ts'

// Pods of the town: one a node. a1 and a2 are in zone a, b1 and b2 in zone b; no agent runs on b2 unless a test says so.
const [A1, A2, B1, B2] = ['10.244.1.10', '10.244.2.10', '10.244.3.10', '10.244.4.10']
const [NODE_A1, NODE_B1] = ['10.20.0.1', '10.20.0.3']
const CLIENT = '203.0.113.9'

const call = (initiator: string, responder: string, bytes: readonly [number, number]): TestRow => ({
  initiator,
  responder,
  bytes,
  port: 8080,
  connections: 1,
})
const witnessed = (...[initiator, responder, bytes]: Parameters<typeof call>): TestRow => ({
  ...call(initiator, responder, bytes),
  role: 'witness',
})
const MINUTE = { from: 0, to: 60 }

interface Story {
  readonly why: string
  readonly tell: (stage: Stage) => Promise<void>
  /** What counts at the end, towards the responder and towards the initiator. */
  readonly total: readonly [number, number]
  readonly superseded?: number
  readonly auditOnly?: number
}

const stories: Story[] = [
  {
    why: 'a sender that watched the whole minute is believed, its witness is the audit',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [call(A1, B1, [100, 900])] })
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [101, 899])] })
      await stage.seal(1)
    },
    total: [100, 900],
    auditOnly: 1_000,
  },
  {
    why: 'a client outside the cluster never has an agent: its witness counts in full, every minute',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(CLIENT, B1, [100, 900])] })
      await stage.offer({ from: 60, to: 120, node: 'b1', rows: [witnessed(CLIENT, B1, [10, 90])] })
      await stage.seal(2)
    },
    total: [110, 990],
  },
  {
    why: 'a node without an agent is replaced by its witness',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [witnessed(B2, A1, [100, 900])] })
      await stage.seal(1)
    },
    total: [100, 900],
  },
  {
    why: 'a node that dies in mid-minute comes to what its witness saw, hop by hop and way by way',
    tell: async stage => {
      await stage.offer({ from: 0, to: 20, node: 'a1', rows: [call(A1, B1, [30, 300]), call(A1, B2, [7, 70])] })
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 250])] })
      await stage.seal(1)
    },
    total: [107, 370],
    auditOnly: 30 + 250,
  },
  {
    why: 'a node that comes back with its spool is superseded: the total stays what the witness said',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 900])] })
      await stage.seal(1)
      for (const from of [0, 10, 20, 30, 40, 50])
        await stage.offer({ from, to: from + 10, node: 'a1', rows: [call(A1, B1, from === 0 ? [50, 400] : [10, 100])] })
    },
    total: [100, 900],
    superseded: 1_000,
  },
  {
    why: 'of a spool that knows more than the witness only the rest is added',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 900])] })
      await stage.seal(1)
      await stage.offer({ ...MINUTE, node: 'a1', rows: [call(A1, B1, [120, 880]), call(A1, CLIENT, [5, 6])] })
    },
    total: [125, 906],
    superseded: 980,
  },
  {
    why: 'a node that comes back with a catch-up has it set off against the promotions of its range, the rest is added once',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [call(A1, B1, [10, 10])] })
      for (const minute of [0, 1, 2, 3])
        await stage.offer({
          from: minute * 60,
          to: minute * 60 + 60,
          node: 'b1',
          rows: [witnessed(A1, B1, [10, 10])],
        })
      await stage.seal(3)
      await stage.offer({ from: 60, to: 180, node: 'a1', kind: 'catch-up', rows: [call(A1, B1, [26, 14])] })
      await stage.seal(4)
    },
    // Minutes 0 to 3 by hop: 10 each way; the catch-up exceeds the 20 of minutes 1 and 2 by 6 on one way.
    total: [46, 40],
    superseded: 20 + 14,
    auditOnly: 20,
  },
  {
    why: 'a catch-up waits for the last minute of its range, and is then set off against what was promoted in it',
    tell: async stage => {
      await stage.offer({ from: 30, to: 90, node: 'a1', kind: 'catch-up', rows: [call(A1, B1, [40, 0])] })
      deepEqual(stage.total(), [0, 0])
      await stage.offer({ from: 0, to: 120, node: 'b1', rows: [witnessed(A1, B1, [60, 0])] })
      await stage.seal(1)
      deepEqual(stage.total(), [30, 0])
      await stage.seal(2)
    },
    total: [60, 0],
    superseded: 40,
  },
  {
    why: 'a node that comes back with a fresh spool adds nothing to what was given away',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 900])] })
      await stage.seal(1)
      await stage.offer({ from: 60, to: 120, node: 'a1', epoch: 'fresh', rows: [call(A1, B1, [10, 90])] })
      await stage.offer({ from: 60, to: 120, node: 'b1', rows: [witnessed(A1, B1, [10, 90])] })
      await stage.seal(2)
    },
    total: [110, 990],
    auditOnly: 100,
  },
  {
    why: 'a witness that is late itself adds what exceeds a sender that was not covered',
    tell: async stage => {
      await stage.offer({ from: 0, to: 20, node: 'a1', rows: [call(A1, B1, [30, 300])] })
      await stage.seal(1)
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 250])] })
    },
    total: [100, 300],
    auditOnly: 30 + 250,
  },
  {
    why: 'a witness that is late is audit only where the sender was covered',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [call(A1, B1, [30, 300])] })
      await stage.seal(1)
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(A1, B1, [100, 250])] })
    },
    total: [30, 300],
    auditOnly: 350,
  },
  {
    why: 'a late witness of a client outside the cluster counts in full',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [] })
      await stage.seal(1)
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(CLIENT, B1, [100, 250])] })
    },
    total: [100, 250],
  },
  {
    why: 'a forwarded connection counts on both of its hops, each by its own two ends',
    tell: async stage => {
      const forwarded = { initiator: B2, responder: B1, via: NODE_A1, dialled: 'node-port', port: 8080 } as const
      await stage.offer({
        ...MINUTE,
        node: 'a1',
        rows: [
          { ...forwarded, leg: 'first', role: 'witness', bytes: [100, 900], connections: 1 },
          { ...forwarded, leg: 'second', bytes: [100, 900] },
        ],
      })
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed(NODE_A1, B1, [100, 900])] })
      await stage.seal(1)
    },
    // b2 has no agent: its hop to a1 is promoted; a1 is believed for the hop from itself to b1.
    total: [200, 1_800],
    auditOnly: 1_000,
  },
  {
    why: 'the sender of a forwarded connection’s first hop is believed by the node it dialled',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a2', rows: [{ ...call(A2, NODE_B1, [100, 900]), dialled: 'node-port' }] })
      const first = { ...call(A2, B1, [100, 900]), via: NODE_B1, leg: 'first', role: 'witness' } as const
      await stage.offer({ ...MINUTE, node: 'b1', rows: [first] })
      await stage.seal(1)
    },
    total: [100, 900],
    auditOnly: 1_000,
  },
  {
    why: 'two witnesses’ rows of one hop are promoted together, each series by its share',
    tell: async stage => {
      await stage.offer({ from: 0, to: 30, node: 'a1', rows: [call(A1, B1, [40, 0])] })
      const rows = [witnessed(A1, B1, [60, 0]), { ...witnessed(A1, B1, [40, 0]), port: 9090 }]
      await stage.offer({ ...MINUTE, node: 'b1', rows })
      await stage.seal(1)
      const promoted = stage.store.facts.filter(fact => fact.series.basis === 'witness')
      deepEqual(
        promoted.map(fact => [fact.series.port, fact.bytesToResponder]),
        [
          [9090, 24],
          [8080, 36],
        ],
      )
    },
    total: [100, 0],
    auditOnly: 40,
  },
  {
    why: 'a window merged over three minutes is spread over them, nothing gets lost in the cutting',
    tell: async stage => {
      await stage.offer({ from: 30, to: 150, node: 'a1', rows: [call(A1, B1, [101, 1])] })
      const minutes = [0, 1, 2].map(minute =>
        sum(
          stage.store.facts.filter(fact => fact.minute === M0 + minute),
          'bytesToResponder',
        ),
      )
      deepEqual(minutes, [25, 51, 25])
      await stage.seal(3)
    },
    total: [101, 1],
  },
  {
    why: 'a hop of another node is set aside, not added',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a2', rows: [call(A1, B1, [100, 900])] })
      await stage.seal(1)
      equal(stage.ingest.counts().bytes.setAside['foreign hop'], 1_000)
    },
    total: [0, 0],
  },
  {
    why: 'a sender the directory does not know counts once, though nobody can say which node is its own',
    tell: async stage => {
      await stage.offer({ ...MINUTE, node: 'a1', rows: [call('10.244.99.1', B1, [100, 900])] })
      await stage.offer({ ...MINUTE, node: 'b1', rows: [witnessed('10.244.99.1', B1, [100, 900])] })
      await stage.seal(1)
    },
    total: [100, 900],
    auditOnly: 1_000,
  },
]

for (const { why, tell, total, superseded = 0, auditOnly = 0 } of stories)
  for (const restarted of [false, true])
    test(`${why}${restarted ? ', also with a restart before the end' : ''}`, async () => {
      await using stage = await new Stage().start()
      await tell(stage)
      if (restarted) {
        await stage.start()
        await stage.seal(6)
      }
      deepEqual(stage.total(), total)
      if (restarted) return
      const { bytes } = stage.ingest.counts()
      equal(bytes.superseded, superseded)
      equal(bytes.auditOnly, auditOnly)
      equal(bytes.primary + bytes.promoted, total[0] + total[1])
      const aside = Object.values(bytes.setAside).reduce((sum, one) => sum + one, 0)
      equal(bytes.received, bytes.primary + bytes.promoted + bytes.superseded + bytes.auditOnly + aside)
    })
