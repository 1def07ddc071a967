import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { childEnvironment } from '../../../lib/process/environment.ts';
import { installPython, python } from '../../../lib/process/python.ts';
import { run } from '../../../lib/process/run.ts';

const repository = join(import.meta.dirname, '../../..');
const pageOf = (name: string): string => readFileSync(join(repository, name), 'utf8');
const [, section = ''] = /^## Point a client here$([\s\S]*?)^## /m.exec(pageOf('docs/klaviyo.md')) ?? [];

const snippets = (language: string): string[] =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}$\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);

/** The output of a language's snippet against the deployed stack. */
const printed = (command: string, args: readonly string[]): Promise<string> => {
  const { apiUrl, apiKey } = inject('stack');
  const env = childEnvironment({ TRIBUTARY_URL: apiUrl, TRIBUTARY_KEY: apiKey });
  return run({ command, args, env, cwd: repository, timeoutMs: 80_000 });
};

test('the snippet for curl works unmodified', async () => {
  const [, snippet = ''] = snippets('sh');
  const answer = JSON.parse(await printed('bash', ['-c', snippet]));
  expect(answer.data.attributes.email).toBe('ada@example.com');
});

test('the snippet for Node works unmodified', async () => {
  const [snippet = ''] = snippets('js');
  expect((await printed(process.execPath, ['--input-type=module', '-e', snippet])).trim()).toBe('ada@example.com');
});

test('the snippet for Python works unmodified', async () => {
  await installPython('klaviyo-api');
  const [snippet = ''] = snippets('python');
  expect((await printed(python, ['-c', snippet])).trim()).toBe('ada@example.com');
});

test.each([
  { language: 'php', args: ['-l'] },
  { language: 'ruby', args: ['-c'] },
])('the snippet for $language exists once, and parses if $language is installed', ({ language, args }) => {
  const [snippet = '', ...more] = snippets(language);
  expect([snippet.includes('TRIBUTARY_URL'), more]).toEqual([true, []]);
  const { error, status } = spawnSync(language, args, { input: snippet });
  if (!error) expect(status).toBe(0);
});

test('the lines in the README come from these snippets', () => {
  const [, table = ''] = /^## Point your client here$([\s\S]*?)^## /m.exec(pageOf('README.md')) ?? [];
  const named = [...table.matchAll(/^\|.*\| `(.+)` \|$/gm)].map(([, code = '']) => code.replace('…"', ''));
  expect(named).toHaveLength(5);
  for (const code of named) expect(section).toContain(code);
});
