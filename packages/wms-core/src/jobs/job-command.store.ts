/** SQL of commands to running attempts and of the last sign of life they gave. */
import { insertBatch, type Batch } from '../db/batch.ts';
import { ask, defer, defineQuestion, one, run, type Work } from '../db/database.ts';
import type { JobCommand } from '../use-cases.ts';

export function* insertCommand(command: {
  readonly jobId: number;
  readonly attempt: number;
  readonly pilotStamp: string;
  readonly command: 'Kill';
  readonly atMs: number;
}): Work<void> {
  yield* run(
    `insert into job_commands (job_id, attempt, pilot_stamp, command, created_at_ms) values ($1, $2, $3, $4, $5)`,
    [command.jobId, command.attempt, command.pilotStamp, command.command, command.atMs],
  );
}

const ofOpenCommands = defineQuestion({
  select: 'command_id as "commandId", job_id as "jobId", attempt, command, arguments',
  from: 'job_commands',
  key: ['pilot_stamp', 'text'],
  rest: 'and acknowledged_at_ms is null order by command_id',
});

/** Commands a pilot has not acknowledged yet, oldest first. */
export const openCommands = (pilotStamp: string): Work<readonly JobCommand[]> =>
  ask<JobCommand>(ofOpenCommands, pilotStamp);

/** Only the pilot a command was meant for can acknowledge it. */
export function* acknowledgeCommand(commandId: number, pilotStamp: string, atMs: number): Work<void> {
  yield* run(
    `update job_commands set acknowledged_at_ms = $3
     where command_id = $1 and pilot_stamp = $2 and acknowledged_at_ms is null`,
    [commandId, pilotStamp, atMs],
  );
}

const closing: Batch = {
  name: 'close job_commands',
  columns: [
    { name: 'job_id', type: 'bigint' },
    { name: 'attempt', type: 'integer' },
    { name: 'at_ms', type: 'bigint' },
    { name: 'pilot_stamp', type: 'text' },
  ],
  each: `update job_commands set acknowledged_at_ms = $3
    where job_id = $1 and attempt = $2 and pilot_stamp = $4 and acknowledged_at_ms is null`,
  all: `update job_commands set acknowledged_at_ms = v.at_ms
    from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[])
      as v (job_id, attempt, at_ms, pilot_stamp)
    where job_commands.job_id = v.job_id and job_commands.attempt = v.attempt
      and job_commands.pilot_stamp = v.pilot_stamp and job_commands.acknowledged_at_ms is null`,
};

/** The attempt is over for the pilot that ran it: nobody is left to obey. */
export const closeCommands = (jobId: number, attempt: number, atMs: number, pilotStamp: string): Work<void> =>
  defer(closing, [jobId, attempt, atMs, pilotStamp]);

/** The pilot is over. */
export function* closeCommandsOf(pilotStamp: string, atMs: number): Work<void> {
  yield* run(
    'update job_commands set acknowledged_at_ms = $2 where pilot_stamp = $1 and acknowledged_at_ms is null',
    [pilotStamp, atMs],
  );
}

export interface JobSigns {
  readonly attempt: number;
  readonly atMs: number;
  /** JSON of name → number. */
  readonly metrics: string | null;
  readonly stdoutTail: string | null;
  readonly stderrTail: string | null;
}

/** Columns of `job_signs` that keep what they hold when the same attempt says nothing new of them. */
const kept = (column: string): string =>
  `${column} = case when excluded.${column} is null and job_signs.attempt = excluded.attempt
     then job_signs.${column} else excluded.${column} end`;

const signs = insertBatch(
  'job_signs',
  {
    job_id: 'bigint',
    attempt: 'integer',
    at_ms: 'bigint',
    metrics: 'text',
    stdout_tail: 'text',
    stderr_tail: 'text',
  },
  {
    onConflict: `on conflict (job_id) do update set attempt = excluded.attempt, at_ms = excluded.at_ms,
      ${kept('metrics')}, ${kept('stdout_tail')}, ${kept('stderr_tail')}`,
    fold: {
      keyColumns: 1,
      merge: (earlier, later) =>
        earlier[1] === later[1] ? later.map((value, index) => value ?? earlier[index] ?? null) : later,
    },
  },
);

/** Replaces what is given, keeps the rest of the same attempt, forgets what an earlier attempt said. */
export const saveSigns = (jobId: number, sign: JobSigns): Work<void> =>
  defer(signs, [jobId, sign.attempt, sign.atMs, sign.metrics, sign.stdoutTail, sign.stderrTail]);

export function* findSigns(jobId: number): Work<JobSigns | undefined> {
  return yield* one<JobSigns>(
    `select attempt, at_ms as "atMs", metrics, stdout_tail as "stdoutTail", stderr_tail as "stderrTail"
     from job_signs where job_id = $1`,
    [jobId],
  );
}
