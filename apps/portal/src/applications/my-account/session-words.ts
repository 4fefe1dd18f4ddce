/** A session in words: which browser, which way in. Pure. */

/** The more particular first: every one of them calls itself by the names of those below, too. */
const browsers: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//],
  ['curl', /^curl\/(\d+)/],
];

const systems: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
];

const longestName = 40;

/** `Firefox 133 on Linux`; what is not known is quoted as it is. */
export function browserWords(agent: string): string {
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0];
  for (const [name, pattern] of browsers) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
  }
  if (agent.trim() === '') return 'Unknown program';
  return agent.length > longestName ? `${agent.slice(0, longestName)}…` : agent;
}

/** Which of several providers it was is not kept. */
const ways: Readonly<Record<string, string>> = { checkin: 'Identity provider', certificate: 'Certificate' };

export const wayWords = (way: string): string => ways[way] ?? way;
