/** Words about the time that a proxy lasts. Pure. */

const hourMs = 3_600_000;

/** `11 days`, `1 day`, `12 hours` */
export function lifeText(validUntil: string, nowMs: number): string {
  const hours = Math.max(0, Math.round((Date.parse(validUntil) - nowMs) / hourMs));
  const days = Math.round(hours / 24);
  const [count, unit] = hours >= 24 ? [days, 'day'] : [hours, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
