import { expect } from 'vitest';
import type { Faulty } from '../../../faults/harness.ts';
import { unzipped } from './unzip.ts';

/** An app with an account, for access requests. */
type AccessApp = Pick<Faulty, 'get' | 'post' | 'workOff'>;

export const JOBS = '/api/data-privacy-access-jobs';

export const asking = (attributes: object, id?: string) => ({
  data: {
    type: 'data-privacy-access-job',
    attributes: { profile: { data: { type: 'profile', ...(id !== undefined && { id }), attributes } } },
  },
});

export const ask = async (app: AccessApp, attributes: object, id?: string): Promise<string> => {
  const { status, body } = await app.post(JOBS, asking(attributes, id));
  expect(status).toBe(202);
  return body.data.id;
};

export const jobOf = async (app: AccessApp, id: string) => (await app.get(`${JOBS}/${id}`)).body.data.attributes;

export const download = async (url: string): Promise<Buffer> => {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

/** The contents of the person's access file. */
export const readAccessFile = async (app: AccessApp, attributes: object, id?: string) => {
  const job = await ask(app, attributes, id);
  await app.workOff();
  return unzipped(await download((await jobOf(app, job)).download_url));
};
