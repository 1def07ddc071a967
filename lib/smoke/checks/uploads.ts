import * as v from 'valibot';
import { ask, expectStatus, read } from '../session/api.ts';
import { type Check, Failure } from '../session/check.ts';
import { expectCounts, finishedImport } from '../session/imports.ts';
import { profileOf } from '../session/profiles.ts';
import { fact, testEmail } from '../session/session.ts';

const PATIENCE_SECONDS = 120;
const PAGE = 'https://shop.example';

const Upload = v.object({
  data: v.object({
    id: v.string(),
    attributes: v.object({
      upload: v.object({ url: v.string(), method: v.literal('PUT'), headers: v.record(v.string(), v.string()) }),
    }),
  }),
});

/** True if S3 lets a page at another origin read the response. */
const allowsPage = (headers: Headers): boolean =>
  ['*', PAGE].includes(headers.get('access-control-allow-origin') ?? '');

/** Uploads as a browser does: a preflight, then the file with the given headers. */
const uploadFromPage = async (
  { url, method, headers }: v.InferOutput<typeof Upload>['data']['attributes']['upload'],
  body: string,
): Promise<void> => {
  const { 'content-length': _, ...sent } = headers;
  const asked = Object.keys(sent).map((name) => name.toLowerCase());
  const preflight = await ask(url, {
    method: 'OPTIONS',
    headers: {
      origin: PAGE,
      'access-control-request-method': method,
      'access-control-request-headers': asked.join(','),
    },
  });
  expectStatus(preflight, 200, 204);
  if (!allowsPage(preflight.headers))
    throw new Failure(`The bucket's response to the preflight does not allow ${PAGE}.`);
  const put = expectStatus(await ask(url, { method, headers: { ...sent, origin: PAGE }, body }), 200);
  if (!allowsPage(put.headers)) throw new Failure('The bucket stored the file, but hides its response from the page.');
};

const Changes = v.object({ data: v.array(v.object({ attributes: v.object({ email: v.nullish(v.string()) }) })) });

export const upload: Check = {
  name: 'upload',
  claim: 'a page can upload a file, and a dry run shows the changes',
  after: ['account'],
  run: async (session) => {
    const { api, note } = session;
    const email = testEmail(session, 'uploaded');
    const text = `Email,First Name\n${email},Ada\n`;
    const attributes = { kind: 'profiles', file_name: 'people.csv', size: Buffer.byteLength(text) };
    const body = { data: { type: 'import-job', attributes } };
    const made = await api.call('POST', '/api/import-jobs?dry_run=true', { body });
    const { data } = read(expectStatus(made, 201), Upload);
    await uploadFromPage(data.attributes.upload, text);
    expectCounts(await finishedImport(data.id, session, PATIENCE_SECONDS), { created: 1, failed: 0 });
    const changes = read(expectStatus(await api.call('GET', `/api/import-jobs/${data.id}/changes`), 200), Changes);
    if (changes.data[0]?.attributes.email !== email) throw new Failure('The dry run does not show the new profile.');
    if (await profileOf(email, session)) throw new Failure('The dry run created a profile.');
    note({ dryRunJob: data.id, uploadedEmail: email });
    return { seen: 'preflight and PUT allowed, 1 change shown, nothing written' };
  },
  advice:
    "403 from S3: compare the bucket's CORS rules with lib/resources/imports.ts, and the role of imports-http with what it signs. It stays waiting_for_upload: the notification of the bucket did not reach the queue (see files).",
};

const Applied = v.object({ data: v.object({ id: v.string() }) });

export const apply: Check = {
  name: 'apply',
  claim: 'one call imports the file of a dry run',
  after: ['upload'],
  run: async (session) => {
    const path = `/api/import-jobs/${fact(session, 'dryRunJob')}/apply`;
    const { data } = read(expectStatus(await session.api.call('POST', path), 201), Applied);
    expectCounts(await finishedImport(data.id, session, PATIENCE_SECONDS), { created: 1, failed: 0 });
    if (!(await profileOf(fact(session, 'uploadedEmail'), session)))
      throw new Failure('The import is complete, and no profile exists.');
    return { seen: '1 profile created' };
  },
  advice:
    'AccessDenied in the log of imports-queue during the copy: its role needs the permissions of CopyObject. Otherwise: npm run admin -- imports show <id>.',
};
