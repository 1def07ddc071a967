import { advise } from '../lib/admin/cli/advice.ts';
import { smokeProgram } from '../lib/smoke/program.ts';

const fail = () => {
  process.exitCode = 1;
};

try {
  const program = smokeProgram(process.stdout, fail);
  // Every AWS client reads it from here, ours included.
  program.hook('preAction', (command) => {
    const { profile } = command.opts<{ readonly profile?: string }>();
    if (profile !== undefined) process.env.AWS_PROFILE = profile;
  });
  await program.parseAsync();
} catch (error) {
  console.error(advise(error));
  fail();
}
