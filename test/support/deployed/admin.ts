import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { bundledProgram } from '../processes/bundled-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-admin-'));

/** `npm run admin -- …` on the deployed stack. */
export const admin = async (...args: readonly string[]): Promise<string> => {
  const file = join(folder, 'stack.json');
  writeFileSync(file, JSON.stringify(inject('stack')));
  const command = [await bundledProgram('bin/admin.ts'), ...args, '--json', '--stack-file', file];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return stdout;
};
