import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plotsByType } from './plots.ts';
import { recordTypes } from './record-types.ts';

test('every plot draws a value that its type has, in a way that value can be drawn', () => {
  for (const { name: typeName, ratios, values } of recordTypes) {
    const plots = plotsByType[typeName];
    assert.equal(new Set(plots.map(({ name }) => name)).size, plots.length, typeName);
    for (const { form, name, value } of plots) {
      const found = [...values, ...ratios].find((each) => each.name === value);
      assert(found, `${name}: ${typeName} has no ${value}`);
      if (form === 'rate' || form === 'cumulative') assert.equal(found.kind, 'amount', name);
      if (form === 'pie' || form === 'histogram') assert.notEqual(found.kind, 'ratio', name);
    }
  }
});
