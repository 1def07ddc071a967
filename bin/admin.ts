import { advise } from '../lib/admin/cli/advice.ts';
import { adminProgram } from '../lib/admin/program.ts';

try {
  await adminProgram().parseAsync();
} catch (error) {
  console.error(advise(error));
  process.exitCode = 1;
}
