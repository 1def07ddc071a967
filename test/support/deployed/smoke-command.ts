import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { bundledProgram } from '../processes/bundled-program.ts';
import { stackFileOf } from './smoke.ts';

const Line = v.looseObject({ check: v.string(), outcome: v.string(), detail: v.string() });

/** `npm run smoke -- …` in a process of its own. */
export const smokeCommand = async (args: readonly string[], stateFile: string) => {
  const command = [await bundledProgram('bin/smoke.ts'), ...args];
  const given = ['--stack-file', stackFileOf(), '--state-file', stateFile];
  const { stdout, code } = await promisify(execFile)(process.execPath, [...command, ...given]).then(
    (ended) => ({ ...ended, code: 0 }),
    (error: unknown) => v.parse(v.object({ stdout: v.string(), code: v.number() }), error),
  );
  return { stdout, code };
};

/** What `--json` prints: a line for each check, and one for the whole at the end. */
export const resultsIn = (stdout: string) => {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const results = lines.slice(0, -1).map((line) => v.parse(Line, line));
  return { results, outcomes: Object.fromEntries(results.map(({ check, outcome }) => [check, outcome])) };
};
