import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnvironment, sdkEnvironment } from '../../lib/process/environment.ts';

const command = join(import.meta.dirname, '../../bin/deploy.ts');

/** `npm run deploy -- …` against a local cloud, without a terminal for questions. */
export const runDeploy = async (endpoint: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [command, ...args], {
    env: childEnvironment(sdkEnvironment(endpoint)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, said };
};
