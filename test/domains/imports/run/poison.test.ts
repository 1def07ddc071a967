import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const EMAIL = 'poison@example.com';
const rows = (count: number) => Array.from({ length: count }, (_, i) => `person${i}@example.com,${i}\n`);
/** With one more row in the middle. */
const people = (count: number): string => {
  const all = rows(count);
  all.splice(count >> 1, 0, `${EMAIL},x\n`);
  return `Email,Size\n${all.join('')}`;
};

const mistake = () => Object.assign(new RangeError('Invalid time value'));
const refusal = () => Object.assign(new Error('Too large.'), { name: 'ValidationException' });

/** Requests about that row fail as with a bug of ours, at every attempt. */
const poison = (app: App, thrown: () => Error, commands = /Write|Put|Update|Execute/): (() => void) => {
  const end = app.watch((request, next) => {
    if (commands.test(request.command) && isAbout(request.input)) throw thrown();
    return next();
  });
  return () => void end();
};

/** Writing the failure itself works. */
const isAbout = (input: object): boolean => {
  const text = JSON.stringify(input);
  return text.includes(EMAIL) && !text.includes('internal_error');
};

test.each([
  { key: 'profiles/people.csv', what: 'written', thrown: mistake },
  { key: 'profiles/people.csv', what: 'written, refused', thrown: refusal },
  { key: 'profiles/people.csv', what: 'read', thrown: mistake, commands: /Get/ },
  { key: 'dry-run/profiles/people.csv', what: 'read', thrown: mistake, commands: /Get/ },
])('a row of $key that we fail at ($what) fails alone', async ({ key, thrown, commands }) => {
  const app = await startImports({ windowRows: 40 });
  poison(app, thrown, commands);
  const { id, attributes } = await app.drop(key, people(100));
  expect(attributes).toMatchObject({ status: 'complete', created_count: 100, failed_count: 1 });
  const { body } = await app.get(`/api/import-jobs/${id}/errors`);
  const [{ attributes: failure }] = body.data;
  expect(failure).toMatchObject({ row_number: 52, code: 'internal_error', original_row: `${EMAIL},x` });
  const errorId = /error ([0-9A-Z]{26})/.exec(failure.message)?.[1] ?? 'none';
  expect(app.lines.filter((line) => line.includes(errorId)).map((line) => JSON.parse(line))).toMatchObject([
    { message: 'row failed by a mistake of ours', row: 52, job: id },
  ]);
  expect(app.lines.join()).not.toContain(EMAIL);
});

test('such a row is imported when it is sent again after the bug is fixed', async () => {
  const app = await startImports({ windowRows: 40 });
  const mend = poison(app, mistake);
  await app.drop('profiles/people.csv', people(50));
  mend();
  const report = await app.report('profiles/people.errors.csv');
  const { attributes } = await app.drop('profiles/people.errors.csv', `${report}`.replace(',x', ',y'));
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 0 });
  expect(await app.profile(EMAIL)).toBeDefined();
});

test('an event that we fail at fails alone', async () => {
  const app = await startImports({ windowRows: 40 });
  poison(app, mistake);
  const events = people(60)
    .replaceAll(/@example.com,(\w+)/g, '@example.com,2026-01-01T00:00:00Z')
    .replace('Size', 'Timestamp');
  const { attributes } = await app.drop('events/Placed Order.csv', events);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 60, failed_count: 1 });
});

test('a bug that affects every row fails the import, which can be retried', async () => {
  const app = await startImports({ windowRows: 40 });
  let isWrong = true;
  app.watch((request, next) => {
    if (isWrong && JSON.stringify(request.input).includes('person')) throw mistake();
    return next();
  });
  await app.put('profiles/people.csv', people(100));
  await app.deliver(await app.notice('profiles/people.csv'));
  const [body = ''] = await app.receive();
  for (let i = 0; i < 6; i++) {
    await app.deliver(body);
    app.advance(1_000_000);
  }
  const { id, attributes } = await app.job('profiles/people.csv');
  expect(attributes).toMatchObject({ status: 'failed', last_error: 'RangeError' });
  isWrong = false;
  await app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status: 'queued' } } });
  await app.drain();
  expect((await app.job('profiles/people.csv')).attributes).toMatchObject({ status: 'complete', total_count: 101 });
});

test.each([
  '1969-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '0050-05-01',
  '01/01/1950',
  '12345-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
])('a consent of %s fails its row, and no other', async (time) => {
  const app = await startImports();
  const header = 'Email,Email Marketing Consent,Email Marketing Consent Timestamp,Consent Basis';
  const line = (email: string, at: string) => `${email},Subscribed,${at},form\n`;
  const { attributes, id } = await app.drop(
    'profiles/people.csv',
    `${header}\n${line('ada@example.com', '2025-05-01')}${line('bob@example.com', time)}${line('cy@example.com', '2025-05-01')}`,
  );
  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 1 });
  const { body } = await app.get(`/api/import-jobs/${id}/errors`);
  expect(body.data[0].attributes).toMatchObject({ row_number: 3, code: 'invalid_time' });
});

test('a mapping with a consent time before 1970 is refused, with its place', async () => {
  const app = await startImports();
  const mapping = { consent: { at: '1960-01-01T00:00:00Z', basis: 'on paper' } };
  await app.put('profiles/people.mapping.json', JSON.stringify(mapping));
  const { attributes } = await app.drop(
    'profiles/people.csv',
    'Email,Email Marketing Consent\na@example.com,Subscribed\n',
  );
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringContaining('since 1970') });
});
