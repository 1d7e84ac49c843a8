/** Facts: `t` counts whole minutes, hours or days since the epoch, as the table's name says. Whole bytes. */
export const FACT_COLUMNS = `bytes_to_responder, bytes_to_initiator, wire_to_responder, wire_to_initiator, connections`
export const createFacts = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (t INTEGER, series INTEGER, bytes_to_responder BIGINT,
    bytes_to_initiator BIGINT, wire_to_responder BIGINT, wire_to_initiator BIGINT, connections BIGINT)`

/** Sums as the engine makes them are HUGEINT; facts are kept as BIGINT. */
export const KEPT_SUMS = FACT_COLUMNS.split(', ')
  .map(name => `CAST(sum(${name}) AS BIGINT) AS ${name}`)
  .join(', ')
/** For reading: exact up to 2^53, which is 9 PB in one answer; a third faster than sums of 128 bits. */
export const READ_SUMS = FACT_COLUMNS.split(', ')
  .map(name => `sum(CAST(${name} AS DOUBLE)) AS ${name}`)
  .join(', ')
/** Rows as they are, for reading. */
export const READ_ROWS = FACT_COLUMNS.split(', ')
  .map(name => `CAST(${name} AS DOUBLE) AS ${name}`)
  .join(', ')

/** Of a record in the file of the table's name (record-files.ts). */
const RECORD = `record_offset BIGINT, record_bytes INTEGER, record_crc BIGINT`

/** A record is one commit's facts (journal.ts). */
export const createJournal = (table: string): string => `CREATE TABLE IF NOT EXISTS ${table} (${RECORD})`

const BATCH_ID = `cluster VARCHAR, node VARCHAR, epoch VARCHAR, sequence BIGINT, part INTEGER, parts INTEGER`

/** A record is a batch's body. `ord`: commit order. */
export const createPending = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (ord BIGINT, ${BATCH_ID}, window_from BIGINT, window_to BIGINT,
    kind VARCHAR, encoding VARCHAR, ${RECORD})`

export const createDecisions = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (cluster VARCHAR, node VARCHAR, minute INTEGER, counted VARCHAR,
    primary_bytes BIGINT, witness_bytes BIGINT, promoted_bytes BIGINT, superseded_bytes BIGINT)`

export const createPromotions = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (cluster VARCHAR, node VARCHAR, minute INTEGER, near VARCHAR, far VARCHAR,
    bytes_to_responder BIGINT, bytes_to_initiator BIGINT)`

/** One table a hour, as promotions. */
export const createCompared = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (cluster VARCHAR, minute INTEGER, one VARCHAR, other VARCHAR,
    agents_to_other BIGINT, agents_to_one BIGINT, sent_to_other BIGINT, sent_to_one BIGINT,
    received_to_other BIGINT, received_to_one BIGINT)`

/** Partial sums. One table a day. */
export const createAudit = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} (cluster VARCHAR, node VARCHAR, minute INTEGER, agent_bytes BIGINT,
    agent_wire_bytes BIGINT, flow_log_bytes BIGINT, smaller_bytes BIGINT, larger_bytes BIGINT)`

/** Batches that are still needed though their minute is sealed: their bodies stay in the file of that minute. */
export const KEPT_BATCHES = 'batches_kept'

/**
 * Forward only: step n takes version n to n + 1. A released step is never edited.
 * No keys and no indexes: they cost more than twice the disk, and replaying a log into an index can outgrow the memory.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE series (id INTEGER, lane INTEGER, key VARCHAR)`,
    `CREATE TABLE marks (${BATCH_ID}, settled_below BIGINT)`,
    createPending(KEPT_BATCHES),
    // Two tables of one row, because commits and roll-ups write at the same time.
    `CREATE TABLE sealed (until INTEGER)`,
    `INSERT INTO sealed VALUES (NULL)`,
    `CREATE TABLE progress (closed_hour INTEGER, closed_day INTEGER, minutes_from INTEGER, hours_from INTEGER,
      dropped_for_space INTEGER)`,
    `INSERT INTO progress VALUES (0, 0, 0, 0, 0)`,
  ],
  // Flow logs. Of data from before, the decisions tell since when agents have been watching (readWatchedFrom).
  [
    `CREATE TABLE flow_log_objects (object VARCHAR, records BIGINT, is_done BOOLEAN)`,
    `CREATE TABLE watched (from_minute INTEGER)`,
    `INSERT INTO watched VALUES (NULL)`,
  ],
  // Which of several flow logs of an interface counts.
  [`CREATE TABLE flow_log_claims (interface VARCHAR, flow_log VARCHAR, from_minute INTEGER, to_minute INTEGER)`],
]
