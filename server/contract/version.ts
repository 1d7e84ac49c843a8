/**
 * The version of the agents' wire: batches, directory and labels. The server accepts this one and the one before.
 * History, newest last; the test over the schema fails when a message changes without a new line here.
 *
 * 1: first release.
 * 2: AWS interfaces are told apart by what billing tells apart; VPC flow logs (flow-log-wire.ts), whose import may take over;
 *    answers say when they left, and agents how far their clocks are ahead at most.
 */
export const WIRE_VERSION = 2
/** The oldest version the server still reads. */
export const OLDEST_WIRE_VERSION = 1
