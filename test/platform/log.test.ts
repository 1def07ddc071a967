import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const log = join(import.meta.dirname, '../../functions/platform/log.ts');

/** What a process writes whose console is another, as in Lambda, and how. */
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

test('what is logged is one flat object a line, which Lambda filters by its level and a metric filter finds', () => {
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

test('what is below the level is not written', () => {
  const script = `for (const level of ['debug', 'info', 'warn', 'error']) log[level](level);`;
  expect(written('warn', script)).toMatchObject([{ level: 'WARN' }, { level: 'ERROR' }]);
});
