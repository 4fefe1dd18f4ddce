/** All kinds of causes. The order is the order in which users read them, within those of the same effect. */
import type { CauseKind } from '../cause.ts';
import { competitionCause } from './competition.ts';
import { credentialCause } from './credential.ts';
import { heldCause } from './held.ts';
import { inputDataCause } from './input-data.ts';
import { jobsAheadCause } from './jobs-ahead.ts';
import { limitReachedCause } from './limit-reached.ts';
import { noResourcesCause } from './no-resources.ts';
import { pilotsCause } from './pilots.ts';
import { platformUnknownCause } from './platform-unknown.ts';
import { requirementCause } from './requirement.ts';
import { severalObstaclesCause } from './several-obstacles.ts';
import { shareUsedCause } from './share-used.ts';
import { siteClosedCause } from './site-closed.ts';
import { voNotAdmittedCause } from './vo-not-admitted.ts';

export const causeKinds: readonly CauseKind[] = [
  heldCause,
  inputDataCause,
  noResourcesCause,
  limitReachedCause,
  requirementCause,
  siteClosedCause,
  voNotAdmittedCause,
  severalObstaclesCause,
  pilotsCause,
  platformUnknownCause,
  shareUsedCause,
  jobsAheadCause,
  competitionCause,
  credentialCause,
];
