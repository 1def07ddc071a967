import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const log = join(import.meta.dirname, '../../functions/platform/log.ts');

/** The output of a process with another console, as in Lambda. */
const written = (level: string, script: string): unknown[] => {
  const source = `
    for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => process.stdout.write('through the console');
    const { openLog, errorFields } = await import(${JSON.stringify(log)});
    const log = openLog('${level}');
    ${script}
  `;
  const lines = execFileSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test("each log line is one flat object, with the level of Lambda's filter, and matches the metric filter", () => {
  const failed = `log.error('message failed', { messageId: 'a', ...errorFields(new Error('two\\nlines')) });`;
  expect(written('info', `log.info('begun'); ${failed}`)).toEqual([
    { timestamp, level: 'INFO', message: 'begun' },
    {
      timestamp,
      level: 'ERROR',
      message: 'message failed',
      messageId: 'a',
      error: 'Error',
      detail: 'two\nlines',
      stack: expect.any(Array),
    },
  ]);
});

test('lines below the level are not written', () => {
  const script = `for (const level of ['debug', 'info', 'warn', 'error']) log[level](level);`;
  expect(written('warn', script)).toMatchObject([{ level: 'WARN' }, { level: 'ERROR' }]);
});
