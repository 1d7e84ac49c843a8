import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Watched } from './watched.ts'

type Total = { up: number; down: number; connections: number }
const cases: readonly [why: string, script: (w: Watched) => void, want: Total, counts?: object][] = [
  ['what was there before the first dump is not counted', w => w.dump([{ up: 900, down: 90 }]), none()],
  [
    'what a connection of the first dump carries afterwards is counted, but not as a new connection',
    w => {
      w.dump([{ up: 900, down: 90 }])
      w.dump([{ up: 1000, down: 100 }])
    },
    { up: 100, down: 10, connections: 0 },
  ],
  [
    'a connection that comes up later is counted in full',
    w => {
      w.dump([])
      w.dump([{ up: 500, down: 50 }])
    },
    { up: 500, down: 50, connections: 1 },
  ],
  [
    'between two dumps only the difference counts',
    w => {
      w.dump([])
      w.dump([{ up: 500, down: 50 }])
      w.dump([{ up: 700, down: 50 }])
    },
    { up: 700, down: 50, connections: 1 },
  ],
  [
    'the DESTROY of a known connection adds what came after the last dump',
    w => {
      w.dump([])
      w.dump([{ up: 500, down: 50 }])
      w.end({ up: 800, down: 80 })
      w.dump([])
    },
    { up: 800, down: 80, connections: 1 },
  ],
  [
    'a connection that lived between two dumps is counted by its DESTROY alone',
    w => {
      w.dump([])
      w.end({ up: 300, down: 30 })
    },
    { up: 300, down: 30, connections: 1 },
  ],
  [
    'a connection that ended before the first dump is not counted: nobody knows when it carried its bytes',
    w => {
      w.end({ up: 300, down: 30 })
      w.dump([])
    },
    none(),
  ],
  [
    'one that ended during the first dump, and was shown by it, counts what came after',
    w => w.dump([{ up: 300, down: 30 }], [{ up: 310, down: 33 }]),
    { up: 10, down: 3, connections: 0 },
  ],
  [
    'an end kept back until the dump is over does not count twice what the dump still showed',
    w => {
      w.dump([])
      w.dump([{ up: 400, down: 40 }], [{ up: 450, down: 40 }])
      w.dump([])
    },
    { up: 450, down: 40, connections: 1 },
  ],
  [
    'a 5-tuple reopened under the same id: the older one is settled by its DESTROY, the newer one counts in full',
    w => {
      w.dump([])
      w.dump([{ up: 1000, down: 100 }])
      w.dump([{ up: 200, down: 20 }], [{ up: 1300, down: 130 }])
      w.end({ up: 250, down: 25 })
    },
    { up: 1550, down: 155, connections: 2 },
    { reopenedTotal: 1, resetsTotal: 0 },
  ],
  [
    'reopened and already past the older counters: the DESTROY is of the older one, which is counted in full',
    w => {
      w.dump([])
      w.dump([{ up: 100, down: 10 }])
      w.dump([{ up: 900, down: 90 }], [{ up: 150, down: 15 }])
      w.end({ up: 900, down: 90 })
    },
    { up: 1050, down: 105, connections: 2 },
  ],
  [
    'reopened, past the older counters, and the DESTROY higher still: sums are exact',
    w => {
      w.dump([])
      w.dump([{ up: 100, down: 10 }])
      w.dump([{ up: 120, down: 12 }], [{ up: 5000, down: 500 }])
      w.dump([{ up: 130, down: 13 }])
      w.end({ up: 140, down: 14 })
    },
    { up: 5140, down: 514, connections: 2 },
  ],
  [
    'reopened twice between two dumps: all three count',
    w => {
      w.dump([])
      w.dump([{ up: 1000, down: 100 }])
      w.dump(
        [{ up: 30, down: 3 }],
        [
          { up: 1100, down: 110 },
          { up: 70, down: 2 },
        ],
      )
      w.end({ up: 40, down: 4 })
    },
    { up: 1210, down: 116, connections: 3 },
  ],
  [
    'reopened and ended between two dumps: the first end settles the known one, the second is a connection of its own',
    w => {
      w.dump([])
      w.dump([{ up: 1000, down: 100 }])
      w.end({ up: 1100, down: 110 }, { up: 70, down: 7 })
      w.dump([])
    },
    { up: 1170, down: 117, connections: 2 },
  ],
  [
    'counters set back by another tool, without a DESTROY, are a reset and lose nothing that was seen',
    w => {
      w.dump([])
      w.dump([{ up: 1000, down: 100 }])
      w.dump([{ up: 50, down: 5 }])
      w.dump([{ up: 60, down: 6 }])
    },
    { up: 1060, down: 106, connections: 1 },
    { resetsTotal: 1, reopenedTotal: 0 },
  ],
  [
    'only the packets fell: all four counters are taken anew together',
    w => {
      w.dump([])
      w.dump([{ up: 100, down: 10, packetsUp: 9, packetsDown: 1 }])
      w.dump([{ up: 100, down: 10, packetsUp: 2, packetsDown: 1 }])
    },
    { up: 200, down: 20, connections: 1 },
    { resetsTotal: 1 },
  ],
  [
    'a flush: every connection is settled by its DESTROY, and what goes on is new',
    w => {
      w.dump([])
      w.dump([{ up: 100 }, { id: 2, from: '10.0.0.1:40001', up: 200 }])
      w.end({ up: 110 }, { id: 2, from: '10.0.0.1:40001', up: 220 })
      w.dump([{ id: 3, up: 40 }])
    },
    { up: 370, down: 0, connections: 3 },
  ],
  [
    'missing from one dump is not gone: it is not counted anew',
    w => {
      w.dump([])
      w.dump([{ up: 100 }])
      w.dump([])
      w.dump([{ up: 150 }])
    },
    { up: 150, down: 0, connections: 1 },
    { lostTailTotal: 0 },
  ],
  [
    'missing from two dumps without a DESTROY is a lost tail',
    w => {
      w.dump([])
      w.dump([{ up: 100 }])
      w.dump([])
      w.dump([])
      w.dump([])
    },
    { up: 100, down: 0, connections: 1 },
    { lostTailTotal: 1, withoutFinalCountersTotal: 0 },
  ],
  [
    'a dump cut short says nothing about what it did not show',
    w => {
      w.dump([])
      w.dump([{ up: 100 }])
      w.dump([])
      w.dump([], [], false)
      w.dump([{ up: 130 }])
    },
    { up: 130, down: 0, connections: 1 },
    { lostTailTotal: 0 },
  ],
  [
    'a first dump cut short is no baseline',
    w => {
      w.dump([{ up: 100 }], [], false)
      w.dump([{ up: 130 }, { id: 2, from: '10.0.0.1:40001', up: 7777 }])
    },
    { up: 30, down: 0, connections: 0 },
  ],
  [
    'an end without counters is counted as such and brings no bytes',
    w => {
      w.dump([])
      w.end({ counters: false })
    },
    none(),
    { withoutFinalCountersTotal: 1 },
  ],
  [
    'two connections with the same id and different tuples are two',
    w => {
      w.dump([])
      w.dump([{ up: 10 }, { from: '10.0.0.1:40001', up: 20 }, { zone: 5, up: 40 }, { protocol: 17, up: 80 }])
      w.end({ up: 11 }, { from: '10.0.0.1:40001', up: 22 }, { zone: 5, up: 44 }, { protocol: 17, up: 88 })
    },
    { up: 165, down: 0, connections: 4 },
  ],
  [
    'the same 5-tuple sent to another backend is another connection',
    w => {
      w.dump([])
      w.dump([{ to: '10.96.0.1:80', answeredBy: '10.0.0.3:8080', up: 1000 }])
      w.dump(
        [{ to: '10.96.0.1:80', answeredBy: '10.0.0.4:8080', up: 5 }],
        [{ to: '10.96.0.1:80', answeredBy: '10.0.0.3:8080', up: 1100 }],
      )
    },
    { up: 1105, down: 0, connections: 2 },
  ],
]

for (const [why, script, want, counts] of cases)
  test(why, () => {
    const watched = new Watched()
    script(watched)
    deepEqual(watched.total(), want)
    for (const [name, value] of Object.entries(counts ?? {}))
      equal({ ...watched.counts }[name as keyof typeof watched.counts], value, name)
  })

function none(): Total {
  return { up: 0, down: 0, connections: 0 }
}
