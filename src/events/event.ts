/** One recorded change. Numbers of a topic count 1, 2, 3, … without a gap, in the order of their commits. */
export interface RecordedEvent {
  readonly topic: string;
  readonly seq: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The topic of everything that happens to one operation or to one cluster. */
export const operationTopic = (id: string): string => `operation:${id}`;
export const clusterTopic = (id: string): string => `cluster:${id}`;

/** Reads one page of a topic's events that come after a number. */
export type ReadAfter = (after: number) => Promise<readonly RecordedEvent[]>;
