/** DuckDB over one file: `sums` as Weir makes them, or `whole` records. One line of JSON. */
import { Duck } from '../../duckdb.ts'
import { sameSums, wholeRecords } from './sql.ts'

const [, , path = '', kind, what] = process.argv
await using duck = await Duck.open(1)
await duck.rows('SELECT 1')
const query = (what === 'whole' ? wholeRecords : sameSums)(path, kind === 'parquet' ? 'parquet' : 'text')
const before = process.cpuUsage()
const begin = performance.now()
const [answer = []] = await duck.rows(query)
const wallMs = performance.now() - begin
const { user, system } = process.cpuUsage(before)
const [rows, bytes, packets, flows] = answer.map(Number)
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, rows, bytes, packets, flows }))
