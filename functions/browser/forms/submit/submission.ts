import type { LiveForm, Step } from '../definition/definition.ts';
import type { Host } from '../host/host.ts';
import type { Work } from './challenge.ts';
import { postJson, type Reply } from './requests.ts';

export interface Submission {
  readonly form: LiveForm;
  readonly step: Step;
  readonly button: string;
  /** The same for all steps of one filling. */
  readonly submissionId: string;
  readonly isUnique: boolean;
  readonly isLast: boolean;
  readonly fields: object;
  readonly hidden: Readonly<Record<string, string>>;
  readonly device: string;
  readonly elapsedMs: number;
  readonly website: string;
  /** The token of an earlier step. */
  readonly token: string | undefined;
}

export interface Result {
  readonly isTaken: boolean;
  readonly token?: string | undefined;
  /** What is wrong, by the name of the field; the empty name is the whole form. */
  readonly problems: ReadonlyMap<string, string>;
}

const ALTCHA = '/data/attributes/altcha';
const FIELDS = '/data/attributes/fields/';

/** Sends a step. A solution that the server does not take, such as one that is too old, is replaced once. */
export const submit = async (submission: Submission, host: Host, work: Work): Promise<Result> => {
  const post = async (): Promise<Reply> =>
    postJson(host, 'form-submissions', documentOf(submission, host, await work.take()));
  let reply = await post();
  if (reply.document?.errors?.some(({ source }) => source?.pointer === ALTCHA)) {
    work.begin(true);
    reply = await post();
  }
  return { isTaken: reply.status === 202, token: reply.document?.meta?.exchange_id, problems: problemsOf(reply) };
};

const documentOf = (submission: Submission, host: Host, altcha: string | undefined): object => {
  const { form, step, fields, hidden, token } = submission;
  const visitor = host.visitor();
  return {
    type: 'form-submission',
    attributes: {
      step: step.id,
      button: submission.button,
      submission_id: submission.submissionId,
      is_unique: submission.isUnique,
      is_last: submission.isLast,
      fields,
      hidden: Object.keys(hidden).length > 0 ? hidden : undefined,
      page: location.href,
      language: document.documentElement.lang || undefined,
      device: submission.device,
      elapsed_ms: Math.round(submission.elapsedMs),
      website: submission.website,
      altcha,
      utm: form.definition.properties?.record_utm_params_on_submit ? utm() : undefined,
      _kx: token ?? visitor?.token,
      anonymous_id: visitor?.cid,
      signals: host.signals(),
    },
    relationships: {
      form: { data: { type: 'form', id: form.id } },
      'form-version': { data: { type: 'form-version', id: form.version_id } },
    },
  };
};

const utm = (): Readonly<Record<string, string>> | undefined => {
  const entries = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith('utm_'));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

/** What other errors say is for developers. */
const problemsOf = ({ status, document }: Reply): ReadonlyMap<string, string> =>
  new Map(
    ((status === 400 && document?.errors) || []).map(({ detail = '', source: { pointer = '' } = {} }) => [
      pointer.startsWith(FIELDS) ? unescapePointer(pointer.slice(FIELDS.length)) : '',
      detail,
    ]),
  );

/** A part of a JSON pointer as text. */
const unescapePointer = (part: string): string => part.replace(/~1/g, '/').replace(/~0/g, '~');
