import { quoted } from '../../duckdb.ts'
import { FIELDS } from './records.ts'

const NUMBERS = ['srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'tcp-flags', 'traffic-path']

/** The file with AWS's column names, whichever kind it is. */
function table(path: string, kind: 'text' | 'parquet'): string {
  if (kind === 'parquet') return `(SELECT * FROM read_parquet(${quoted(path)}))`
  const columns = FIELDS.split(' ').map(field => {
    const type = NUMBERS.includes(field) ? 'BIGINT' : 'VARCHAR'
    return `'${field.replaceAll('-', '_')}': '${type}'`
  })
  const how = `delim=' ', header=true, nullstr='-', auto_detect=false, columns={${columns.join(', ')}}`
  return `(SELECT * FROM read_csv(${quoted(path)}, ${how}))`
}

/** A Parquet file as AWS makes it from the lines of a text file: gzip pages, its column names and types. */
export const copyToParquet = (text: string, parquet: string): string => `
  COPY (SELECT * REPLACE (version::INTEGER AS version, srcport::INTEGER AS srcport, dstport::INTEGER AS dstport,
    tcp_flags::INTEGER AS tcp_flags, traffic_path::INTEGER AS traffic_path) FROM ${table(text, 'text')})
  TO ${quoted(parquet)} (FORMAT parquet, CODEC 'gzip')`

const PORT = `CASE WHEN tcp_flags & 18 = 2 THEN dstport WHEN tcp_flags & 18 = 18 THEN srcport
  WHEN least(srcport, dstport) >= 32768 THEN 0 ELSE least(srcport, dstport) END`
const INITIATOR = `CASE WHEN tcp_flags & 18 = 2 THEN 1 WHEN tcp_flags & 18 = 18 THEN 2
  WHEN least(srcport, dstport) >= 32768 THEN 0 WHEN dstport < srcport THEN 1 ELSE 2 END`
const KEY = `interface_id, account_id, vpc_id, subnet_id, region, az_id, srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr,
  flow_direction, traffic_path, protocol`
const WHERE = `log_status = 'OK' AND action = 'ACCEPT'`
const TOTALS = 'count(*), sum(bytes)::BIGINT, sum(packets)::BIGINT, sum(flows)::BIGINT'

/** What the reader does: bytes and packets spread over the minutes they came in, and summed per row of a batch. */
export const sameSums = (path: string, kind: 'text' | 'parquet'): string => `
  SELECT ${TOTALS} FROM (
    SELECT minute, ${KEY}, port, initiator,
      sum(round(bytes * least(1, (minute * 60 + 60 - start) / len)) -
        CASE WHEN minute = first THEN 0 ELSE round(bytes * ((minute * 60 - start) / len)) END) AS bytes,
      sum(round(packets * least(1, (minute * 60 + 60 - start) / len)) -
        CASE WHEN minute = first THEN 0 ELSE round(packets * ((minute * 60 - start) / len)) END) AS packets,
      sum((minute = first)::INTEGER) AS flows
    FROM (SELECT *, unnest(range(first, (start + len - 1) // 60 + 1)) AS minute
      FROM (SELECT *, ${PORT} AS port, ${INITIATOR} AS initiator, start // 60 AS first,
        greatest("end" - start, 1) AS len FROM ${table(path, kind)} WHERE ${WHERE}))
    GROUP BY ALL)`

/** Less than that: each record whole in the minute it began in. */
export const wholeRecords = (path: string, kind: 'text' | 'parquet'): string => `
  SELECT ${TOTALS} FROM (
    SELECT start // 60 AS minute, ${KEY}, ${PORT} AS port, ${INITIATOR} AS initiator, sum(bytes) AS bytes,
      sum(packets) AS packets, count(*) AS flows
    FROM ${table(path, kind)} WHERE ${WHERE} GROUP BY ALL)`
