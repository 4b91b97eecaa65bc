import type { DemoNodeFragment, DemoOperationStateFragment, DemoStepFragment } from './documents.js';

export type Mood = 'waiting' | 'working' | 'ready' | 'failed';

const MOODS: Readonly<Record<DemoOperationStateFragment['status'], Mood>> = {
  QUEUED: 'waiting',
  WAITING: 'waiting',
  RUNNING: 'working',
  SUCCEEDED: 'ready',
  FAILED: 'failed',
  CANCELLED: 'failed',
};

/** What is shown of one node now. */
export interface Row {
  readonly name: string;
  readonly progress: number;
  readonly mood: Mood;
  /** The step's name, or the server's state. */
  readonly text: string;
}

/** The row of the whole: how far all steps together are. */
export function rowOfOperation(name: string, { progress, status, message }: DemoOperationStateFragment): Row {
  const mood = MOODS[status];
  return { name, progress, mood, text: mood === 'working' || message !== '' ? message : status.toLowerCase() };
}

/** A row as the server's own report changes it. */
export function rowOfNode(before: Row | undefined, node: DemoNodeFragment): Row {
  const { name, progress, serverStatus, message, role } = node;
  if (serverStatus === 'ERROR') return { name, progress, mood: 'failed', text: message || 'server in error' };
  if (serverStatus === 'DELETED') return { name, progress: 100, mood: 'ready', text: 'deleted' };
  if (before?.mood === 'failed') return { ...before, progress };
  const server = serverStatus === 'ACTIVE' ? 'server is up' : `server ${serverStatus.toLowerCase()}`;
  if (serverStatus === 'ACTIVE' && progress === 100)
    return { name, progress, mood: 'ready', text: role === 'UNKNOWN' ? 'ready' : `${role.toLowerCase()}, ready` };
  if (before?.mood === 'working') return { ...before, progress };
  return { name, progress, mood: 'waiting', text: server };
}

/** A row as a step's event changes it. */
export function rowOfStep(before: Row, step: DemoStepFragment): Row {
  switch (step.status) {
    case 'RUNNING':
      return {
        ...before,
        mood: 'working',
        text: step.attempts > 1 ? `${step.name} (attempt ${step.attempts})` : step.name,
      };
    case 'FAILED':
      return { ...before, mood: 'failed', text: `${step.name}: ${step.message}` };
    case 'DONE':
    case 'SKIPPED':
      return before.mood === 'ready' ? before : { ...before, mood: 'working', text: `${step.name}: done` };
    case 'PENDING':
      return before;
  }
}
