/**
 * The plots of DIRAC's accounting under their exact names, each as a value and how it is drawn, so that whoever draws
 * needs no list of its own. Asked by the REST answer and the reference page.
 */
import type { RecordTypeName } from './record-type.ts';

/**
 * series: what the report says of each interval; rate: that divided by the length of the interval in seconds;
 * cumulative: the sum up to each interval; pie: the totals of the groups; histogram: not from the report, but how single
 * records are spread.
 */
export type PlotForm = 'series' | 'rate' | 'cumulative' | 'pie' | 'histogram';

export interface Plot {
  readonly name: string;
  readonly value: string;
  readonly form: PlotForm;
}

const plot =
  (form: PlotForm) =>
  (name: string, value: string): Plot => ({ name, value, form });

const series = plot('series');
const rate = plot('rate');
const cumulative = plot('cumulative');
const pie = plot('pie');
const histogram = plot('histogram');

/** In the field's order. The odd spelling of one name is the field's too. */
export const plotsByType: Readonly<Record<RecordTypeName, readonly Plot[]>> = {
  Job: [
    series('CPU efficiency', 'CPUEfficiency'),
    cumulative('Cumulative CPU time', 'CPUTime'),
    series('CPU time', 'CPUTime'),
    cumulative('Cumulative Normalized CPU', 'NormCPUTime'),
    rate('Normalized CPU power', 'NormCPUTime'),
    series('Wall time', 'ExecTime'),
    rate('Running jobs', 'ExecTime'),
    pie('Pie plot of CPU used', 'CPUTime'),
    cumulative('Cumulative wall time', 'ExecTime'),
    pie('Pie plot of wall time usage', 'ExecTime'),
    cumulative('Cumulative executed jobs', 'Records'),
    rate('Job execution rate', 'Records'),
    pie('Pie plot of executed jobs', 'Records'),
    series('Processing bandwidth', 'ProcessingBandwidth'),
    series('Input sandbox', 'InputSandBoxSize'),
    series('Ouput sandbox', 'OutputSandBoxSize'),
    series('Disk space', 'DiskSpace'),
    series('Input data', 'InputDataSize'),
    series('Output data', 'OutputDataSize'),
    cumulative('Cumulative Input sandbox', 'InputSandBoxSize'),
    cumulative('Cumulative Ouput sandbox', 'OutputSandBoxSize'),
    cumulative('Cumulative Disk space', 'DiskSpace'),
    cumulative('Cumulative Input data', 'InputDataSize'),
    cumulative('Cumulative Output data', 'OutputDataSize'),
    series('Input data files', 'InputDataFiles'),
    series('Output data files', 'OutputDataFiles'),
    histogram('Histogram CPU time', 'CPUTime'),
  ],
  Pilot: [
    cumulative('CumulativeNumberOfJobs', 'Jobs'),
    series('NumberOfJobs', 'Jobs'),
    cumulative('CumulativeNumberOfPilots', 'Records'),
    series('NumberOfPilots', 'Records'),
    series('JobsPerPilot', 'JobsPerPilot'),
    pie('TotalNumberOfPilots', 'Records'),
  ],
  PilotSubmission: [series('Submission', 'NumTotal'), series('Submission efficiency', 'Efficiency')],
  WMSHistory: [
    series('NumberOfJobs', 'Jobs'),
    series('NumberOfReschedules', 'Reschedules'),
    pie('AverageNumberOfJobs', 'Jobs'),
  ],
};
