import { describeError } from '../lib/admin/cli/advice.ts';
import { deploy } from '../lib/deploy/deploy.ts';

try {
  await deploy(process.argv.slice(2), process.env, { input: process.stdin, output: process.stdout });
} catch (error) {
  console.error(error instanceof Error && /^(Command)?Error$/.test(error.name) ? error.message : describeError(error));
  process.exitCode = 1;
}
