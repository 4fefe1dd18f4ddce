import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isWmsError } from '../../kernel/wms-error.ts';
import { propertyRuns } from '../../testing/property-runs.ts';
import { tokenConfiguration } from '../../testing/token-world.ts';
import type { GroupMembership } from '../../use-cases.ts';
import { groupProperties } from '../group-properties.ts';
import { entitledProperties, fittingGroups, remainingProperties } from './entitlement.ts';
import { parseOpenScope, parseScope, scopeText, scopeWords } from './scope.ts';

const { vos } = tokenConfiguration();

test('T16 a scope is a VO, perhaps a group, and properties', () => {
  assert.deepEqual(parseScope('vo:lhcb', vos), { vo: 'lhcb', group: undefined, properties: [] });
  assert.deepEqual(parseScope('group:lhcb_prod  vo:lhcb property:JobSharing property:JobSharing', vos), {
    vo: 'lhcb',
    group: 'lhcb_prod',
    properties: ['JobSharing'],
  });
});

for (const [text, message] of [
  ['', /^No vo scope requested, available values: lhcb, biomed$/],
  ['group:lhcb_user', /^No vo scope requested/],
  ['group:atlas_user', /^atlas_user not in vo groups: lhcb_prod, .*biomed_user$/],
  ['vo:atlas', /^VO atlas is not known to this installation$/],
  ['vo:__proto__', /^VO __proto__ is not known/],
  ['vo:lhcb vo:biomed', /^Only one vo is allowed but got \{'lhcb', 'biomed'\}$/],
  ['vo:lhcb group:lhcb_user group:lhcb_prod', /^Only one DIRAC group allowed but got/],
  ['vo:lhcb group:biomed_user', /^biomed_user not in vo groups: lhcb_prod, lhcb_user, lhcb_admin$/],
  ['vo:lhcb property:Nonsense', /^\{'Nonsense'\} are not valid properties$/],
  ['vo:lhcb openid', /^Unrecognised scopes: openid$/],
  ['vo:lhcb offline_access\tx', /^Unrecognised scopes/],
] as const)
  test(`T16 the scope “${text}” is refused`, () => {
    assert.throws(() => parseScope(text, vos), { code: 'input.invalid', message });
  });

const someVo = fc.constantFrom('lhcb', 'biomed');
const someProperties = fc.uniqueArray(fc.constantFrom(...groupProperties), { maxLength: 4 });

test('what was granted is read again as it was, in whatever order the words stand', () => {
  fc.assert(
    fc.property(
      someVo,
      fc.nat(),
      someProperties,
      fc.infiniteStream(fc.nat()),
      (vo, pick, properties, order) => {
        const groups = Object.keys(vos[vo]?.groups ?? {});
        const group = groups[pick % groups.length] ?? '';
        const words = scopeText(vo, group, properties).split(' ');
        const shuffled = words
          .map((word) => ({ word, at: order.next().value }))
          .toSorted((a, b) => a.at - b.at);
        const read = parseScope(shuffled.map(({ word }) => word).join(' '), vos);
        assert.deepEqual(
          { ...read, properties: new Set(read.properties) },
          { vo, group, properties: new Set(properties) },
        );
      },
    ),
    propertyRuns(),
  );
});

test('any text is either a scope of words that are offered, or refused with a word of OAuth', () => {
  const offered = new Set(scopeWords(vos));
  const word = fc.oneof(fc.constantFrom(...offered), fc.string(), fc.constantFrom('vo:', 'group:', 'openid'));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const text = words.join(' ');
      try {
        parseOpenScope(text, vos);
      } catch (error) {
        assert(isWmsError(error) && error.details['oauth'] === 'invalid_scope');
        return;
      }
      assert(text.split(/ +/).every((part) => part === '' || offered.has(part)));
    }),
    propertyRuns(),
  );
});

const someMembership: fc.Arbitrary<GroupMembership> = fc.record({
  vo: someVo,
  group: fc.constantFrom('a', 'b', 'c'),
  properties: someProperties,
});
const someMemberships = fc.uniqueArray(someMembership, { selector: ({ vo, group }) => `${vo} ${group}` });

test('nobody ever gets a property that none of his groups of that VO has, neither at first nor later', () => {
  fc.assert(
    fc.property(someMemberships, someMemberships, someMembership, (before, after, wanted) => {
      const ownIn = (memberships: readonly GroupMembership[]) =>
        memberships.filter(({ vo }) => vo === wanted.vo).flatMap(({ properties }) => properties);
      let properties;
      try {
        properties = entitledProperties(before, wanted, 'ada');
        for (const one of properties) assert(ownIn(before).includes(one));
        const left = remainingProperties(after, { ...wanted, properties });
        for (const one of left) assert(ownIn(after).includes(one) && properties.includes(one));
      } catch (error) {
        assert(isWmsError(error) && error.code === 'access.denied');
        const memberships = properties === undefined ? before : after;
        const isMember = memberships.some(({ vo, group }) => vo === wanted.vo && group === wanted.group);
        const hasAll = wanted.properties.every((one) => ownIn(memberships).includes(one));
        assert(!isMember || !hasAll);
      }
    }),
    propertyRuns(),
  );
});

test('a scope without VO leaves the choice among all groups, one with a VO or group only among those', () => {
  const memberships = Object.entries(vos).flatMap(([vo, { groups }]) =>
    Object.entries(groups).map(([group, { properties }]) => ({ vo, group, properties })),
  );
  const names = (text: string) =>
    fittingGroups(memberships, parseOpenScope(text, vos)).map(({ group }) => group);
  assert.equal(names('').length, 4);
  assert.deepEqual(names('vo:biomed'), ['biomed_user']);
  assert.deepEqual(names('group:biomed_user'), ['biomed_user']);
  assert.deepEqual(names('vo:lhcb group:lhcb_user'), ['lhcb_user']);
});
