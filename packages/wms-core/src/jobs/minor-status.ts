/**
 * The vocabulary of minor statuses (wms.md §2.4) and what each means, for users who wonder. Pilots of other
 * origin may send others, so a minor status is stored as text.
 */
const hints = {
  'Job accepted': 'The job is stored and will be looked at next.',
  'Bulk transaction confirmation':
    'The job is stored; the client has not confirmed the whole submission yet.',
  'Bulk submission abandoned': 'The whole submission was given up; the job never starts.',
  'Bulk submission not confirmed':
    'The client did not confirm the whole submission in time; the job never starts.',
  'Job Rescheduled': 'The job starts afresh.',
  'Maximum of reschedulings reached':
    'The job was tried as often as allowed; find the cause before trying again.',
  'Error in JDL syntax': 'The job description cannot be read.',
  'Illegal Job JDL': 'The job description breaks a rule.',
  JobPath: 'The steps of preparation are being chosen.',
  JobSanity: 'The description and the input sandbox are being checked.',
  InputData: 'The replicas of the input data are being looked up.',
  JobScheduling: 'The job is being put into a task queue.',
  'Input Data Not Available': 'Some input data have no replica that can be read.',
  'No candidate sites available': 'No single site holds all the input data.',
  'Request To Be Sent': 'Input data will be brought from tape.',
  'Request Sent': 'Input data are being brought from tape.',
  'Staging input files failed': 'Input data could not be brought from tape.',
  'Pilot Agent Submission': 'The job waits until a pilot with fitting resources asks for it.',
  Assigned: 'A pilot took the job.',
  'Job Received by Agent': 'The pilot has the job.',
  'Installing Software': 'The pilot sets software up.',
  'Submitting To CE': 'The pilot starts the job on its node.',
  'Job Initialization': 'The job wrapper started on the worker node.',
  'Downloading InputSandbox': 'The files of the input sandbox are being fetched.',
  'Input Data Resolution': 'The input data are being made available.',
  Application: 'Your executable runs.',
  'Application Finished Successfully': 'Your executable ended with exit code 0.',
  'Application Finished With Errors': 'Your executable ended with an error; see standard error.',
  'Uploading Output Sandbox': 'The output files are being brought home.',
  'Output Sandbox Uploaded': 'The output files are at home.',
  'Uploading Output Data': 'The output data are being put on storage.',
  'Output Data Uploaded': 'The output data are on storage.',
  'Pending Requests': 'The job ended; some uploads are still being retried.',
  'Execution Complete': 'Everything ended well.',
  'Requests done': 'The uploads that were retried have succeeded.',
  'Failed sending requests': 'Retries of uploads could not be arranged.',
  'Failed Downloading InputSandbox': 'The input sandbox could not be fetched.',
  'Application not found': 'The executable is neither in the input sandbox nor on the worker node.',
  'Container image not available':
    'The image of the job could not be fetched or used on the worker node; rescheduling may help.',
  'Exception During Execution': 'The job wrapper itself failed; rescheduling may help.',
  'Job stalled: pilot not running': 'The pilot that ran the job is gone.',
  'Job has been stalled too long': 'Nothing was heard of the job for too long.',
  'Marked for termination': 'The job was killed.',
  'Checking accounting': 'The job was deleted and will be removed.',
  'Job has reached the CPU limit of the queue': 'The job used more CPU time than the batch queue gives.',
  'Job has exceeded maximum wall clock time': 'The job ran longer than allowed.',
  'Job has insufficient disk space to continue': 'The worker node ran out of scratch space.',
  'Job has exceeded maximum CPU time limit': 'The job used more CPU time than it asked for.',
  'Job has exceeded maximum memory limit': 'The job used more memory than it asked for.',
  'Job has exceeded maximum number of processes': 'The job started more processes than a job may have.',
  'Could Not Extract JDL Parameters': 'The pilot cannot read the job description.',
  'Could Not Create Working Directory': 'The worker node has no place to run the job; rescheduling may help.',
  'Working Directory already exists': 'An earlier attempt left its folder on the worker node.',
  'Going to reschedule job': 'The attempt could not go on; the job will be given to another pilot.',
  'Payload failed': 'The pilot could not run the job.',
  'Watchdog identified this job as stalled': 'The job ran, but used no CPU time for too long.',
  'Received Kill signal': 'The job was stopped on the worker node.',
} as const;

export type MinorStatus = keyof typeof hints;

const hintsByText = new Map<string, string>(Object.entries(hints));

export const minorStatuses: readonly string[] = [...hintsByText.keys()];

/** What a minor status means; undefined for words outside the vocabulary. */
export const minorStatusHint = (minorStatus: string): string | undefined => hintsByText.get(minorStatus);
