import { importFailures } from '../../../functions/domains/imports/actions.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import { shellWord } from '../../../functions/domains/imports/names/shell-word.ts';
import type { CommandContext } from '../deployment/command.ts';

/** Options that repair rows with an error of this code. */
const options: Readonly<Record<string, { readonly option: string; readonly why: string }>> = {
  unproved_consent: {
    option: '--consent-basis "…"',
    why: 'nothing states when or why its people subscribed: state why',
  },
  ambiguous_time: {
    option: '--dates day-first',
    why: 'its dates are ambiguous: choose day-first or month-first',
  },
};
const COUNTRY = { option: '--country DE', why: 'its phone numbers have no country code: name the country' };

const MAX_FAILURES = 200;

/** Suggests a command that imports the file again, if rows failed for lack of what an option states for all rows. */
export const suggestRepairs = async (
  job: Job,
  file: string,
  { services }: Pick<CommandContext, 'services'>,
): Promise<readonly string[]> => {
  const { failures } = await importFailures(job, { after: 0, size: MAX_FAILURES }, services);
  const problems = failures.flatMap((failure) => failure.problems);
  const missing = Object.entries(options).flatMap(([code, one]) =>
    problems.some((problem) => problem.code === code) ? [one] : [],
  );
  const lacksCountry = problems.some(({ message }) => message.includes('--country'));
  const all = [...missing, ...(lacksCountry ? [COUNTRY] : [])];
  if (all.length === 0) return [];
  const allOptions = all.map(({ option }) => option).join(' ');
  const dryRun = job.isDryRun ? ' --dry-run' : '';
  return [
    `Rows failed because ${all.map(({ why }) => why).join(', and ')}:`,
    `  npm run admin -- imports drop ${shellWord(file)} --as ${job.kind}${dryRun} ${allOptions}`,
  ];
};
