/** Instants, durations and sizes as the grids and drawers write them: always UTC, figures of equal width. */

/** Epoch ms of a value from the wire; undefined for null and nonsense. Times without zone are UTC. */
export function instantMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const iso = value.replace(' ', 'T');
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

const isoSecond = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** `2026-11-20 14:06:08`, or '' when there is no time. */
export function fullInstant(value: unknown): string {
  const ms = instantMs(value);
  return ms === undefined ? '' : isoSecond(ms);
}

/** Of today only the time, so that what moves is what is read. */
export function shortInstant(value: unknown, nowMs: number): string {
  const full = fullInstant(value);
  if (full === '') return '';
  return full.slice(0, 10) === isoSecond(nowMs).slice(0, 10) ? full.slice(11) : full.slice(0, 16);
}

/** `300 ms`, `4 s`, `3 min 42 s`, `2 h 05 min`, `3 d 4 h`: two units at most. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** `312 B`, `1.5 KiB`, `20 MiB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 10 ? String(Math.round(value)) : value.toFixed(1);
  return `${text} ${units[unit]}`;
}
