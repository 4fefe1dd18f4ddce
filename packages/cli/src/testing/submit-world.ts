/** A fake world for submissions: somebody is logged in, and the server tells its limits. */
import { defaultJobLimits, type JobLimits } from '@wm/wms-core/vocabulary';
import { aToken, makeWorld, server, type Answers } from './fake-world.ts';

export async function submitWorld(answers: Answers, jobDescription: Partial<JobLimits> = {}) {
  const limits = { ...defaultJobLimits, ...jobDescription };
  const w = await makeWorld(
    {
      'GET /bff/installation/limits': { jobDescription: limits, sandboxes: {}, attributes: [] },
      ...answers,
    },
    { BEARER_TOKEN: aToken('jane'), WM_URL: server },
  );
  return { ...w, posted: () => w.sent.filter(({ method }) => method === 'POST') };
}
