/** Tells the server that this pilot runs and what its node is like; learns how to behave. */
import { hostname } from 'node:os';
import { found, type PilotCommand } from '../pilot-context.ts';

export const register: PilotCommand = {
  name: 'register',
  run: async ({ evicted, findings, log, server, version }) => {
    findings.instructions = await server.call(
      'POST /pilot/v1/register',
      {
        body: {
          hostName: hostname(),
          version,
          nodeVersion: process.versions.node,
          checks: findings.checks.map((check) => ({ ...check, message: check.message.slice(0, 1024) })),
          isolation: found(findings.isolation, 'check-capabilities').name,
          offer: found(findings.slot, 'check-capabilities'),
        },
      },
      { signal: evicted },
    );
    log.write(`registered; heartbeat every ${findings.instructions.heartbeatS} s`);
    const failed = findings.checks.filter((check) => !check.ok);
    if (failed.length > 0) throw new Error(failed.map((check) => check.message).join(' '));
  },
};
