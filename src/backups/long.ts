/** How long work may take that moves all data of a cluster, in milliseconds, where DTROVE_OPERATION_DEADLINE_SECONDS is less. */
export const longMs = 24 * 3_600_000;
