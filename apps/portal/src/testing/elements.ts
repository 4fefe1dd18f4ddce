/** Batch queues and words on their status, as the server tells them; for tests. */
import type { BatchQueue, StatusWord } from '../server-state/sites.ts';

export const aStatusWord = (fields: Partial<StatusWord> = {}): StatusWord => ({
  site: 'EGI.A.org',
  computingElement: '',
  batchQueue: '',
  status: 'Banned',
  reason: 'Power cut',
  setBy: 'root',
  setAt: '2026-11-26T10:00:00.000Z',
  until: null,
  ...fields,
});

export const aBatchQueue = (fields: Partial<BatchQueue> = {}): BatchQueue => ({
  site: 'EGI.A.org',
  computingElement: 'local',
  batchQueue: 'default',
  type: 'Local',
  status: 'Active',
  statusReason: '',
  word: null,
  isOpen: true,
  maxTotalPilots: 2,
  pilots: { waiting: 0, idle: 0, busy: 0 },
  director: null,
  ...fields,
});
