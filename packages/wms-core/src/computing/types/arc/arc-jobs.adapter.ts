/**
 * The verbs of the A-REX REST interface on jobs, one method each; lists in chunks (computing-elements.md §7.3–7.5).
 * Throws `service.unavailable`.
 */
import { WmsError } from '../../../kernel/wms-error.ts';
import { jobListBody, listOf, objectOf, readJobs, readJson, textOf, type JobAnswer } from './arc-answers.ts';
import { stampOfJobName } from './arc-description.ts';
import type { ArcAnswer, ArcHttp, ArcQuestion } from './arc-http.adapter.ts';

export interface ArcJobs {
  /** One answer an activity, in the order described; fewer when the service lost count. */
  submit(descriptions: string): Promise<readonly JobAnswer[]>;
  /** By id; an id the service does not mention is missing. */
  status(ids: readonly string[]): Promise<ReadonlyMap<string, JobAnswer>>;
  kill(ids: readonly string[]): Promise<void>;
  /** Removes ended jobs with their output. */
  clean(ids: readonly string[]): Promise<void>;
  /** Ids by stamp of all jobs of ours that the service has and `isKnown` does not. */
  stampsOfOthers(isKnown: (id: string) => boolean): Promise<ReadonlyMap<string, string>>;
  /** Puts a file into the session folder. */
  upload(id: string, name: string, content: string | Uint8Array): Promise<void>;
  /** The last bytes of a file in the session folder; empty when there is none. */
  tail(id: string, name: string, maxBytes: number): Promise<string>;
  /** `failed` or `errors`; empty when there is nothing. */
  diagnose(id: string, what: string): Promise<string>;
  information(): Promise<string>;
}

const chunkOf = 100;
const json = 'application/json';

export const createArcJobs = (http: ArcHttp): ArcJobs => {
  const good = async (question: ArcQuestion): Promise<ArcAnswer> => {
    const answer = await http.ask(question);
    if (answer.status < 300) return answer;
    const text = `${question.method} answered ${answer.status} ${answer.words}`;
    throw new WmsError('service.unavailable', text, { wasSent: true, status: answer.status });
  };

  /** One of the actions on a list of jobs. */
  const act = async (action: string, ids: readonly string[]): Promise<readonly JobAnswer[]> => {
    const answers: JobAnswer[] = [];
    for (let from = 0; from < ids.length; from += chunkOf) {
      const body = jobListBody(ids.slice(from, from + chunkOf));
      const path = `/jobs?action=${action}`;
      answers.push(
        ...readJobs((await good({ method: 'POST', path, body, contentType: json })).body.toString()),
      );
    }
    return answers;
  };

  const pathOf = (id: string, name: string): string => `/jobs/${id}/session/${name}`;

  return {
    submit: async (body) => {
      const path = '/jobs?action=new';
      return readJobs(
        (await good({ method: 'POST', path, body, contentType: 'application/xml' })).body.toString(),
      );
    },
    status: async (ids) => byId(await act('status', ids)),
    kill: async (ids) => void (await act('kill', ids)),
    clean: async (ids) => void (await act('clean', ids)),
    stampsOfOthers: async (isKnown) => {
      const list = await good({ method: 'GET', path: '/jobs' });
      const ids = listOf(readJson(list.body.toString())['job']).map(
        (job) => textOf(objectOf(job)['id']) ?? '',
      );
      const answers = await act(
        'info',
        ids.filter((id) => id !== '' && !isKnown(id)),
      );
      return new Map(
        answers.flatMap(({ id, name }) => {
          const stamp = stampOfJobName(name ?? '');
          return id === undefined || stamp === undefined ? [] : [[stamp, id]];
        }),
      );
    },
    upload: async (id, name, body) =>
      void (await good({
        method: 'PUT',
        path: pathOf(id, name),
        body,
        contentType: 'application/octet-stream',
      })),
    tail: async (id, name, maxBytes) => {
      const path = pathOf(id, name);
      const { status, length } = await http.ask({ method: 'HEAD', path });
      if (status >= 300 || length === 0 || maxBytes <= 0) return '';
      const from = Math.max(0, length - maxBytes);
      const { status: got, body } = await http.ask({ method: 'GET', path, range: `bytes=${from}-` });
      // It may have grown, and a service may not know ranges.
      return got >= 300 ? '' : body.subarray(Math.max(0, body.length - maxBytes)).toString('utf8');
    },
    diagnose: async (id, what) => {
      const { status, body } = await http.ask({ method: 'GET', path: `/jobs/${id}/diagnose/${what}` });
      return status >= 300 ? '' : body.toString('utf8');
    },
    information: async () => (await good({ method: 'GET', path: '/info' })).body.toString('utf8'),
  };
};

const byId = (answers: readonly JobAnswer[]): ReadonlyMap<string, JobAnswer> =>
  new Map(answers.flatMap((answer) => (answer.id === undefined ? [] : [[answer.id, answer]])));
