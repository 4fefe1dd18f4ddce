/** Pilot Summary of an installation with troubles, for looks at what the demo installation never has. */
import {
  noPilotFigures,
  addFigures,
  summaryOf,
  type PilotFigures,
  type PilotStatus,
} from '@wm/wms-core/vocabulary';

const figures = (byStatus: Partial<Record<PilotStatus, number>>, abortedInHour = 0): PilotFigures => ({
  byStatus: { ...noPilotFigures.byStatus, ...byStatus },
  abortedInHour,
  doneEmpty: Math.floor((byStatus.Done ?? 0) / 3),
});

const sites: Readonly<Record<string, Readonly<Record<string, PilotFigures>>>> = {
  'EGI.CESNET.cz': {
    'arc-ce1.cesnet.cz': figures({ Waiting: 12, Running: 412, Done: 1340, Aborted: 21, Failed: 4 }, 2),
    'arc-ce2.cesnet.cz': figures({ Waiting: 140, Running: 3, Done: 12, Aborted: 610 }, 48),
  },
  'EGI.Demo.org': { local: figures({ Running: 2, Done: 5 }) },
  'EGI.IFAE.es': {
    'htc-ce01.pic.es': figures({ Submitted: 8, Waiting: 40, Running: 1250, Done: 9870, Aborted: 1890 }, 70),
  },
  'EGI.IN2P3.fr': { 'slurm.in2p3.fr': figures({ Waiting: 4, Running: 80, Done: 71, Aborted: 96 }, 12) },
  'EGI.NIKHEF.nl': { 'ce.nikhef.nl': figures({}) },
};

export const manyPilots = () => ({
  at: new Date().toISOString(),
  sites: Object.entries(sites).map(([site, elements]) => ({
    site,
    ...summaryOf(Object.values(elements).reduce(addFigures, noPilotFigures)),
    computingElements: Object.entries(elements).map(([computingElement, each]) => ({
      computingElement,
      ...summaryOf(each),
    })),
  })),
});
