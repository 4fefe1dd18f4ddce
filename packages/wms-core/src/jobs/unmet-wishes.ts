/**
 * Wishes that nothing here can meet now. They are no faults, since what is missing may come; but whoever writes one
 * is told, for the job waits in silence otherwise. Asked by `job-manifest.ts`. Pure.
 */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { AttributeReader } from './attribute-reader.ts';

export function warnOfUnmetWishes(read: AttributeReader, { pilotType }: TaskQueueRequirements): void {
  if (pilotType === 'private')
    read.warn('PilotType', 'there are no private pilots here, so the job waits; leave PilotType out');
}
