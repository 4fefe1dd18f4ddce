/** What the Job Launchpad keeps in the layout: the draft as text, and how it is shown. Files are not kept. */
export type LaunchpadView = 'form' | 'jdl';

export interface LaunchpadState {
  /** null: nothing written yet; the first set of the job list, or an empty job, is shown. */
  readonly jdl: string | null;
  readonly view: LaunchpadView;
  /** The set of the job list the draft began with. */
  readonly set: string | null;
  /** Parameters added to the form that may still be empty. */
  readonly ticked: readonly string[];
}

export const startState: LaunchpadState = { jdl: null, view: 'form', set: null, ticked: [] };

/** What an installation without a job list offers first (portal.md §3.2). */
export const emptyJob = `[
    JobName = "MyJob";
    Executable = "/bin/ls";
    Arguments = "-ltrA";
    StdOutput = "std.out";
    StdError = "std.err";
    OutputSandbox = {"std.out", "std.err"};
]`;

/** Stored states of any version, and those other applications send along, become today's state. */
export function readState(stored: unknown): LaunchpadState {
  if (typeof stored !== 'object' || stored === null) return startState;
  const { jdl, view, set, ticked }: Readonly<Record<string, unknown>> = { ...stored };
  return {
    jdl: typeof jdl === 'string' ? jdl : null,
    view: view === 'jdl' ? 'jdl' : 'form',
    set: typeof set === 'string' ? set : null,
    ticked: Array.isArray(ticked) ? ticked.filter((name) => typeof name === 'string') : [],
  };
}
