/**
 * `GET /metrics` for Prometheus and `GET /metrics/health` for other monitors. The bearer token of the settings is
 * the only way in; without one in the settings the addresses do not exist.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Router, type Request } from 'express';
import { WmsError, type SystemHealth } from '@wm/wms-core/vocabulary';

export interface MetricsDoorParts {
  readonly token: string;
  readonly contentType: string;
  readonly scrape: () => Promise<string>;
  readonly health: () => Promise<SystemHealth>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function metricsDoor({ token, contentType, scrape, health }: MetricsDoorParts): Router {
  const wanted = digest(token);
  function check(request: Request): void {
    const given = /^Bearer (.{1,512})$/i.exec(request.get('authorization') ?? '')?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), wanted))
      throw new WmsError(
        'access.unauthenticated',
        'The header Authorization must hold the bearer token of WM_METRICS_TOKEN.',
      );
  }
  const router = Router();
  router.get('/metrics', async (request, response) => {
    check(request);
    const text = await scrape();
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': contentType }).send(text);
  });
  router.get('/metrics/health', async (request, response) => {
    check(request);
    const report = await health();
    // Monitors that read no JSON go by the status.
    response
      .set('Cache-Control', 'no-store')
      .status(report.status === 'critical' ? 503 : 200)
      .json(report);
  });
  return router;
}
