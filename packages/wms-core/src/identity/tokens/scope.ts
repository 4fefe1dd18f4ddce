/**
 * The scope of a token request: `vo:`, `group:` and `property:` words separated by blanks (rest-api.md §1.2), read
 * against the VOs of the configuration. The sentences are those that DiracX's clients know.
 */
import type { Configuration } from '../../configuration/schema.ts';
import type { WmsError } from '../../kernel/wms-error.ts';
import { groupProperties, type GroupProperty } from '../group-properties.ts';
import { oauthRefusal } from './oauth-refusal.ts';

type Vos = Configuration['vos'];

export interface WantedScope {
  /** Undefined only where a person chooses later. */
  readonly vo: string | undefined;
  readonly group: string | undefined;
  /** Beyond those of the group. */
  readonly properties: readonly GroupProperty[];
}

const invalid = (message: string): WmsError => oauthRefusal('invalid_scope', message);

const kinds = ['vo', 'group', 'property'] as const;
type Words = Record<(typeof kinds)[number], string[]>;

function sortWords(text: string): Words {
  const words: Words = { vo: [], group: [], property: [] };
  const unknown: string[] = [];
  for (const word of text.split(/ +/).filter((part) => part !== '')) {
    const kind = kinds.find((name) => word.startsWith(`${name}:`));
    if (kind === undefined) unknown.push(word);
    else words[kind].push(word.slice(kind.length + 1));
  }
  if (unknown.length > 0) throw invalid(`Unrecognised scopes: ${unknown.join(' ')}`);
  return words;
}

const isProperty = (name: string): name is GroupProperty =>
  (groupProperties as readonly string[]).includes(name);

const setText = (names: readonly string[]): string => `{${names.map((name) => `'${name}'`).join(', ')}}`;

function propertiesOf(names: readonly string[]): readonly GroupProperty[] {
  const unknown = names.filter((name) => !isProperty(name));
  if (unknown.length > 0) throw invalid(`${setText(unknown)} are not valid properties`);
  return [...new Set(names.filter(isProperty))];
}

/** A person who approves may choose VO and group, so a scope may leave them out then. */
export function parseOpenScope(text: string, vos: Vos): WantedScope {
  const words = sortWords(text);
  const [vo, ...otherVos] = words.vo;
  const [group, ...otherGroups] = words.group;
  if (otherVos.length > 0) throw invalid(`Only one vo is allowed but got ${setText(words.vo)}`);
  if (otherGroups.length > 0) throw invalid(`Only one DIRAC group allowed but got ${setText(words.group)}`);
  if (vo !== undefined && !Object.hasOwn(vos, vo))
    throw invalid(`VO ${vo} is not known to this installation`);
  const ofVos = vo === undefined ? Object.values(vos) : [vos[vo]];
  const groups = ofVos.flatMap((one) => Object.keys(one?.groups ?? {}));
  if (group !== undefined && !groups.includes(group))
    throw invalid(`${group} not in vo groups: ${groups.join(', ')}`);
  return { vo, group, properties: propertiesOf(words.property) };
}

/** Exactly one VO. */
export function parseScope(text: string, vos: Vos): WantedScope & { readonly vo: string } {
  const scope = parseOpenScope(text, vos);
  const { vo } = scope;
  if (vo === undefined)
    throw invalid(`No vo scope requested, available values: ${Object.keys(vos).join(', ')}`);
  return { ...scope, vo };
}

/** As it is written into a token's record: what was granted, in full. */
export const scopeText = (vo: string, group: string, properties: readonly string[]): string =>
  [`vo:${vo}`, `group:${group}`, ...properties.map((name) => `property:${name}`)].join(' ');

/** Every word that may be asked for. */
export const scopeWords = (vos: Vos): readonly string[] => [
  ...Object.keys(vos).map((vo) => `vo:${vo}`),
  ...Object.values(vos).flatMap(({ groups }) => Object.keys(groups).map((group) => `group:${group}`)),
  ...groupProperties.map((property) => `property:${property}`),
];
