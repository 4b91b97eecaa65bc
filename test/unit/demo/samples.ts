import type { DemoNodeFragment, DemoStepFragment } from '../../../src/demo/documents.js';

export const node = (changes: Partial<DemoNodeFragment> = {}): DemoNodeFragment => ({
  id: 'i1',
  name: 'demo-1',
  role: 'UNKNOWN',
  serverStatus: 'PENDING',
  progress: 0,
  message: '',
  ...changes,
});

export const step = (changes: Partial<DemoStepFragment> = {}): DemoStepFragment => ({
  id: 's1',
  name: 'start postgresql',
  status: 'RUNNING',
  attempts: 1,
  message: '',
  startedAt: '2030-01-01T00:00:00.000Z',
  finishedAt: null,
  instance: { id: 'i1', name: 'demo-1' },
  ...changes,
});
