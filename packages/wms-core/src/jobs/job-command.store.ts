/** SQL of commands to running attempts and of the last sign of life they gave. */
import { one, rows, run, type Work } from '../db/database.ts';
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

/** Commands a pilot has not acknowledged yet, oldest first. */
export function* openCommands(pilotStamp: string): Work<readonly JobCommand[]> {
  return yield* rows<JobCommand>(
    `select command_id as "commandId", job_id as "jobId", attempt, command, arguments from job_commands
     where pilot_stamp = $1 and acknowledged_at_ms is null order by command_id`,
    [pilotStamp],
  );
}

/** Only the pilot a command was meant for can acknowledge it. */
export function* acknowledgeCommand(commandId: number, pilotStamp: string, atMs: number): Work<void> {
  yield* run(
    `update job_commands set acknowledged_at_ms = $3
     where command_id = $1 and pilot_stamp = $2 and acknowledged_at_ms is null`,
    [commandId, pilotStamp, atMs],
  );
}

/** The attempt is over for the pilot that ran it: nobody is left to obey. */
export function* closeCommands(
  jobId: number,
  attempt: number,
  atMs: number,
  pilotStamp: string,
): Work<void> {
  yield* run(
    `update job_commands set acknowledged_at_ms = $3
     where job_id = $1 and attempt = $2 and pilot_stamp = $4 and acknowledged_at_ms is null`,
    [jobId, attempt, atMs, pilotStamp],
  );
}

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

/** Replaces what is given, keeps the rest of the same attempt, forgets what an earlier attempt said. */
export function* saveSigns(jobId: number, signs: JobSigns): Work<void> {
  yield* run(
    `insert into job_signs (job_id, attempt, at_ms, metrics, stdout_tail, stderr_tail)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (job_id) do update set attempt = excluded.attempt, at_ms = excluded.at_ms,
       metrics = case when excluded.metrics is null and job_signs.attempt = excluded.attempt
         then job_signs.metrics else excluded.metrics end,
       stdout_tail = case when excluded.stdout_tail is null and job_signs.attempt = excluded.attempt
         then job_signs.stdout_tail else excluded.stdout_tail end,
       stderr_tail = case when excluded.stderr_tail is null and job_signs.attempt = excluded.attempt
         then job_signs.stderr_tail else excluded.stderr_tail end`,
    [jobId, signs.attempt, signs.atMs, signs.metrics, signs.stdoutTail, signs.stderrTail],
  );
}

export function* findSigns(jobId: number): Work<JobSigns | undefined> {
  return yield* one<JobSigns>(
    `select attempt, at_ms as "atMs", metrics, stdout_tail as "stdoutTail", stderr_tail as "stderrTail"
     from job_signs where job_id = $1`,
    [jobId],
  );
}
