/**
 * The version of the agents' wire: batches, directory and labels. The server accepts this one and the one before.
 * History, newest last; the test over the schema fails when a message changes without a new line here.
 *
 * 1: first release.
 */
export const WIRE_VERSION = 1
/** The oldest version the server still reads. */
export const OLDEST_WIRE_VERSION = 1
