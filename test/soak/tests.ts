import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../../lib/process/environment.ts';

/** Those with tests whose size is reduced in `npm test`. */
const projects = ['unit', 'endpoint', 'tools', 'thorough', 'measured', 'dynamodb-local', 'fuzz'];

/** The tests of these projects, at full size. */
export const testsSoak = async (): Promise<object> => {
  const args = projects.flatMap((name) => ['--project', name]);
  const child = spawn(process.execPath, [join(repository, 'test/run.ts'), ...args], {
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, TEST_SIZE: 'full' },
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('Tests failed: see above.');
  return { projects };
};
