import { describeError } from '../lib/admin/cli/advice.ts';
import { smokeProgram } from '../lib/smoke/program.ts';

const fail = () => {
  process.exitCode = 1;
};

try {
  const program = smokeProgram(process.stdout, fail);
  // All AWS clients read the profile from this variable.
  program.hook('preAction', (command) => {
    const { profile } = command.opts<{ readonly profile?: string }>();
    if (profile !== undefined) process.env.AWS_PROFILE = profile;
  });
  await program.parseAsync();
} catch (error) {
  console.error(describeError(error));
  fail();
}
