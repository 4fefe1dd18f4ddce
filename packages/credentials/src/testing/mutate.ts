/** Changes bytes as faults and attackers do: flips, cuts, repeats, lengths that lie, pieces of other inputs. Pure. */
export type Random = () => number;

type Mutation = (input: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const changed = (input: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = Uint8Array.from(input);
  copy[at] = value;
  return copy;
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Octets that mean something in DER, BER and text. */
const telling = [
  0x00, 0x01, 0x05, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff, 0x0a, 0x22, 0x2f, 0x3a, 0x25,
];

const mutations: readonly Mutation[] = [
  (input, random) => {
    const at = below(random, input.length);
    return changed(input, at, (input[at] ?? 0) ^ (1 << below(random, 8)));
  },
  (input, random) => changed(input, below(random, input.length), telling[below(random, telling.length)] ?? 0),
  (input, random) => changed(input, below(random, input.length), below(random, 256)),
  (input, random) => input.slice(0, below(random, input.length + 1)),
  (input, random) => {
    const from = below(random, input.length);
    return joined(input.slice(0, from), input.slice(from + 1 + below(random, 16)));
  },
  (input, random) => {
    const from = below(random, input.length);
    const piece = input.slice(from, from + 1 + below(random, 64));
    return joined(input.slice(0, from), piece, piece, input.slice(from));
  },
  (input, random, other) => {
    const at = below(random, input.length);
    const from = below(random, other.length);
    return joined(input.slice(0, at), other.slice(from, from + 1 + below(random, 64)), input.slice(at));
  },
  (input, random, other) =>
    joined(input.slice(0, below(random, input.length)), other.slice(below(random, other.length))),
];

/** One to four changes; `other` lends pieces. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result = input;
  for (let left = 1 + below(random, 4); left > 0; left -= 1)
    result = mutations[below(random, mutations.length)]?.(result, random, other) ?? result;
  return result;
}
