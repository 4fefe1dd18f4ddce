import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arcReference, parseArcReference } from './arc-reference.ts';

const endpoint = 'https://arc.example.org/arex';
const stamp = 'ab'.repeat(16);

describe('the reference of a pilot at an ARC CE', () => {
  it('is the address of the job and the stamp', () => {
    const reference = arcReference(endpoint, { id: 'A1', stamp });
    assert.equal(reference, `${endpoint}/rest/1.0/jobs/A1#${stamp}`);
    assert.deepEqual(parseArcReference(endpoint, reference), { id: 'A1', stamp });
  });

  it('is refused when it belongs elsewhere or could climb', () => {
    const jobs = `${endpoint}/rest/1.0/jobs`;
    for (const other of [
      '',
      `local://host/${stamp}`,
      `https://other.example.org/arex/rest/1.0/jobs/A1#${stamp}`,
      `${jobs}/../info#${stamp}`,
      `${jobs}/A1`,
      `${jobs}/A1?x#${stamp}`,
      `${jobs}/A1#short`,
    ])
      assert.equal(parseArcReference(endpoint, other), undefined, other);
  });
});
