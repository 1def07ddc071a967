import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { ZipFile } from 'yazl';
import { ask, expectStatus, read } from '../session/api.ts';
import { type Check, Failure } from '../session/check.ts';
import { type Dropped, drop, expectCounts, finishedImports } from '../session/imports.ts';
import { accountOf, fact, type Session, testEmail } from '../session/session.ts';

const PATIENCE_SECONDS = 180;

const zipFile = (name: string, text: string): Promise<Buffer> => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
};

interface Sample extends Dropped {
  readonly created: number;
  readonly failed: number;
}

const EVENTS = 3;

/** File extensions as people and tools write them. One row of the first file fails. */
const samplesOf = async (session: Session): Promise<readonly Sample[]> => {
  const { runId } = session;
  const account = accountOf(session);
  const people = (name: string, separator = ',') =>
    ['Email', 'First Name'].join(separator).concat('\n', [testEmail(session, name), 'Ada'].join(separator), '\n');
  const key = (ending: string) => `profiles/${account}/smoke ${runId}${ending}`;
  const times = Array.from({ length: EVENTS }, (_, i) => `${testEmail(session, 'rows')},2026-01-0${i + 1},${runId}`);
  return [
    { key: key('.csv'), body: `${people('csv')}nobody,Eve\n`, created: 1, failed: 1 },
    { key: key('-2.CSV'), body: people('upper'), created: 1, failed: 0 },
    { key: key('-3.Csv'), body: people('mixed'), created: 1, failed: 0 },
    { key: key('.tsv'), body: people('tsv', '\t'), created: 1, failed: 0 },
    { key: key('.csv.gz'), body: gzipSync(people('gz')), created: 1, failed: 0 },
    { key: key('.zip'), body: await zipFile('people.csv', people('zip')), created: 1, failed: 0 },
    {
      key: `events/${account}/Smoke test ${runId}.csv`,
      body: `Email,Timestamp,many\n${times.join('\n')}\n`,
      created: EVENTS,
      failed: 0,
    },
  ];
};

export const files: Check = {
  name: 'files',
  claim: 'files that are dropped into the bucket are imported, whatever the case of their extension',
  after: ['account'],
  run: async (session) => {
    const samples = await samplesOf(session);
    for (const sample of samples) await drop(sample, session);
    const keys = samples.map(({ key }) => key);
    const jobs = await finishedImports(keys, session, PATIENCE_SECONDS);
    for (const [i, job] of jobs.entries()) expectCounts(job, samples[i] ?? { created: 0, failed: 0 });
    const { facts, note } = session;
    note({ manySent: (facts().manySent ?? 0) + EVENTS, ...(jobs[0] && { failedRowsJob: jobs[0].id }) });
    return { seen: `${jobs.length} files complete: ${keys.map((key) => key.split(session.runId).at(-1)).join(' ')}` };
  },
  advice:
    'No import has begun: is the EventBridge rule of the folder enabled, does its pattern match the key, does the queue of imports (or its dead-letter queue) have messages? See why an import failed: npm run admin -- imports show <id>.',
};

const Link = v.object({ data: v.object({ attributes: v.object({ download_url: v.string() }) }) });

export const failedRows: Check = {
  name: 'failed-rows',
  claim: 'the link to the failed rows opens without a key',
  after: ['files'],
  run: async (session) => {
    const path = `/api/import-jobs/${fact(session, 'failedRowsJob')}/failed-rows`;
    const { data } = read(expectStatus(await session.api.call('GET', path), 200), Link);
    const file = expectStatus(await ask(data.attributes.download_url, { method: 'GET' }), 200);
    if (!file.text.includes('Eve')) throw new Failure('The file does not contain the failed row.');
    return { seen: 'opened, with the failed row' };
  },
  advice:
    '403 from S3: the role of imports-http may not read reports/, or the credentials that signed the link have expired. 404: the report was not written.',
};
