import { describeError } from '../lib/admin/cli/advice.ts';
import { adminProgram } from '../lib/admin/program.ts';

try {
  await adminProgram().parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
