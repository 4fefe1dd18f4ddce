/** A table with two rows, for tests of the engine that need an entity and nothing of the product. */
import { defineEntity } from '../db/entity.ts';

export interface Thing {
  readonly thingId: number;
  readonly revision: number;
  readonly amount: number;
}

export const things = defineEntity<Thing>(
  'things',
  { id: 'thingId', revision: 'revision' },
  {
    thingId: ['thing_id', 'bigint'],
    revision: ['revision', 'bigint'],
    amount: ['amount', 'bigint', 'changes'],
  },
);

/** Things 1 and 2, both of amount 0. */
export const thingsSchema = `
  create table things (thing_id bigint primary key, revision bigint not null, amount bigint not null);
  insert into things (thing_id, revision, amount) values (1, 0, 0), (2, 0, 0);`;
