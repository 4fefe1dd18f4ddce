/** The Pilot Summary over a month of pilots: what an operator's window reads each time pilots move. */
import { rows, run } from '@wm/wms-core/database';
import {
  aUser,
  configurationHolder,
  createFakeClock,
  createPilotSummary,
  openTestDatabase,
  type TestDatabase,
} from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { sites, vos } from './many-jobs.ts';

const nowMs = Date.UTC(2026, 10, 26);
const dayMs = 86_400_000;
const keptDays = 30;
const batch = 10_000;
const columns = `stamp, pilot_reference, secret_sha256, vo, grid_type, site, computing_element, batch_queue, status,
  status_reason, benchmark, processors, max_wall_time_s, offer, submitted_at_ms, last_update_at_ms, ended_at_ms, jobs_taken`;
const offer = JSON.stringify({ platforms: ['Linux_x86_64_glibc-2.36'], tags: [] }).padEnd(600);
const open = ['Submitted', 'Waiting', 'Running', 'Running', 'Running', 'Unknown'];
const ended = ['Done', 'Done', 'Done', 'Failed', 'Aborted', 'Deleted'];

/** Pilots from `first` on; those below `openPilots` are under way, the others ended evenly over a month. */
function values(first: number, count: number, openPilots: number, all: number): string {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const isOpen = number < openPilots;
    const status = (isOpen ? open : ended)[number % 6] ?? 'Done';
    const endedAtMs = nowMs - Math.floor(((number - openPilots) / (all - openPilots)) * keptDays * dayMs);
    const site = sites[(number * 17) % sites.length];
    return `('p${number}', 'p${number}', 's', '${vos[number % 15]}', 'ARC', '${site}', 'ce${number % 3}.${site}', 'q',
      '${status}', 'Ended by itself', 0, 1, 86400, '${offer}', ${endedAtMs - dayMs}, ${endedAtMs},
      ${isOpen ? 'null, null' : `${endedAtMs}, ${number % 4}`})`;
  }).join(', ');
}

async function fill(database: TestDatabase, openPilots: number, all: number): Promise<void> {
  for (let first = 0; first < all; first += batch)
    await database.write(() =>
      run(
        `insert into pilots (${columns}) values ${values(first, Math.min(batch, all - first), openPilots, all)}`,
      ),
    );
  if (database.engine === 'sqlite') await database.read(() => rows('pragma wal_checkpoint(truncate)'));
  else await database.write(() => run('analyze pilots'));
}

const asked = {
  operator: aUser({ userName: 'root', vo: vos[1] ?? '', properties: ['Operator'] }),
  user: aUser({ userName: 'ada', vo: vos[1] ?? '', properties: ['NormalUser'] }),
};

export const pilotSummaryRow: BenchmarkRow = {
  row: 'pilot-summary',
  budget: 'p99 ≤ 200 ms',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using database = await openTestDatabase({ engine });
    const [openPilots, all] = quick ? [1800, 100_000] : [18_000, 1_000_000];
    await fill(database, openPilots, all);
    const clock = createFakeClock(nowMs);
    const summary = createPilotSummary({ database, clock, configuration: configurationHolder() });
    const samplesMs: Record<keyof typeof asked, number[]> = { operator: [], user: [] };
    for (let round = 0; round < (quick ? 5 : 50); round += 1)
      for (const who of ['operator', 'user'] as const) {
        const startedAt = performance.now();
        await summary.bySite(asked[who]);
        samplesMs[who].push(performance.now() - startedAt);
      }
    const p99Ms = percentile(samplesMs.operator, 0.99);
    const yardstick = await insertsPerSecond({ database });
    return {
      row: 'pilot-summary',
      engine,
      value: rounded(p99Ms),
      unit: 'ms p99',
      yardstick: rounded(yardstick),
      ratio: rounded(p99Ms / (1000 / yardstick)),
      scale: `${openPilots} open pilots and ${all - openPilots} that ended in ${keptDays} days, at ${sites.length} sites with 3 computing elements, 15 VOs`,
      more: {
        operatorP50Ms: rounded(percentile(samplesMs.operator, 0.5)),
        userP50Ms: rounded(percentile(samplesMs.user, 0.5)),
      },
    };
  },
};
