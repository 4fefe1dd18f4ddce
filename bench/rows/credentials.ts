/** What credentials cost: judging a chain, a log-in without its provider, and fresh proxies for everybody's jobs. */
import { openCredentialWorld } from '@wm/wms-core/testing';
import { onBothEngines, onceOnly, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { rsaSignaturesPerSecond } from '../yardstick.ts';

async function timed(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const durationsMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    await work(index);
    durationsMs.push(performance.now() - startedAt);
  }
  return durationsMs;
}

const percentiles = (durationsMs: readonly number[]) => ({
  p50Ms: rounded(percentile(durationsMs, 0.5)),
  p99Ms: rounded(percentile(durationsMs, 0.99)),
});

export const chainValidationRow: BenchmarkRow = {
  row: 'chain-validation',
  budget: '≤ 2 ms a chain of proxy, certificate and two authorities with their revocation lists',
  engines: onceOnly,
  async run({ quick }) {
    await using world = await openCredentialWorld({ users: 1, proxies: 1, engine: 'sqlite' });
    const count = quick ? 100 : 2000;
    await timed(50, () => world.validate());
    const durationsMs = await timed(count, () => world.validate());
    const value = percentile(durationsMs, 0.5);
    const yardstick = rsaSignaturesPerSecond();
    return {
      row: 'chain-validation',
      engine: 'process',
      value: rounded(value),
      unit: 'ms (p50)',
      yardstick: rounded(yardstick),
      ratio: rounded(value * yardstick),
      scale: `${count} times the same chain, parsed anew`,
      more: percentiles(durationsMs),
    };
  },
};

export const logInRow: BenchmarkRow = {
  row: 'log-in',
  budget: '≤ 50 ms of the server, without its provider',
  engines: onBothEngines,
  async run({ quick, engine }) {
    const users = quick ? 50 : 700;
    await using world = await openCredentialWorld({ users, proxies: 0, engine });
    const durationsMs = await timed(users, async (number) => {
      const { accountId } = await world.accounts.logIn(world.claimsOf(number));
      await world.accounts.memberships(accountId);
    });
    const value = percentile(durationsMs, 0.99);
    const yardstick = rsaSignaturesPerSecond();
    return {
      row: 'log-in',
      engine,
      value: rounded(value),
      unit: 'ms (p99)',
      yardstick: rounded(yardstick),
      ratio: rounded(value * yardstick),
      scale: `${users} accounts, each once more: claims to account, groups, audit, durable`,
      more: percentiles(durationsMs),
    };
  },
};

export const proxyDerivationRow: BenchmarkRow = {
  row: 'proxy-derivation',
  budget: '≤ 5 ms a proxy: read the asked key, unseal, sign, encode',
  engines: onceOnly,
  async run({ quick }) {
    await using world = await openCredentialWorld({ users: 1, proxies: 1, engine: 'sqlite' });
    const count = quick ? 100 : 2000;
    await timed(50, () => world.derive());
    const before = process.cpuUsage();
    const durationsMs = await timed(count, () => world.derive());
    const { user, system } = process.cpuUsage(before);
    const value = percentile(durationsMs, 0.5);
    const yardstick = rsaSignaturesPerSecond();
    return {
      row: 'proxy-derivation',
      engine: 'process',
      value: rounded(value),
      unit: 'ms (p50)',
      yardstick: rounded(yardstick),
      ratio: rounded(value * yardstick),
      scale: `${count} proxies from one that is stored, its key opened anew for each`,
      more: { ...percentiles(durationsMs), cpuMsEach: rounded((user + system) / 1000 / count) },
    };
  },
};

export const proxyRenewalRow: BenchmarkRow = {
  row: 'proxy-renewal',
  budget: '≤ 60 s of processor for 2,000 proxies of 700 users; ≤ 5 ms each',
  engines: onBothEngines,
  async run({ quick, engine }) {
    const [users, proxies] = quick ? [20, 60] : [700, 2000];
    await using world = await openCredentialWorld({ users, proxies, engine });
    const before = process.cpuUsage();
    const durationsMs = await timed(proxies, (index) => world.renewals[index]?.() ?? Promise.resolve());
    const cpu = process.cpuUsage(before);
    const cpuS = (cpu.user + cpu.system) / 1e6;
    const yardstick = rsaSignaturesPerSecond();
    return {
      row: 'proxy-renewal',
      engine,
      value: rounded(cpuS),
      unit: 's of processor',
      yardstick: rounded(yardstick),
      ratio: rounded((cpuS * yardstick) / proxies),
      scale: `${proxies} limited proxies of ${users} users, one after the other`,
      more: { ...percentiles(durationsMs), cpuMsEach: rounded((cpuS * 1000) / proxies) },
    };
  },
};
