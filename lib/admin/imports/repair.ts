import { importFailures } from '../../../functions/domains/imports/actions.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import { shellWord } from '../../../functions/domains/imports/names/shell-word.ts';
import type { CommandContext } from '../deployment/command.ts';

/** What to say of the whole file where rows fail for want of it. */
const options: Readonly<Record<string, { readonly option: string; readonly why: string }>> = {
  unproved_consent: {
    option: '--consent-basis "…"',
    why: 'nothing says when or on what grounds people in it subscribed; say on what grounds',
  },
  ambiguous_time: {
    option: '--dates day-first',
    why: 'its dates can be read in two ways; say day-first or month-first',
  },
};
const COUNTRY = { option: '--country DE', why: 'its phone numbers have no country; say which' };

const LOOKED_AT = 200;

/** Commands that import the failed rows of a file, or all of it, where one thing that can be said of all rows is missing. */
export const repairsFor = async (
  job: Job,
  file: string,
  { services }: Pick<CommandContext, 'services'>,
): Promise<readonly string[]> => {
  const { failures } = await importFailures(job, { after: 0, size: LOOKED_AT }, services);
  const problems = failures.flatMap((failure) => failure.problems);
  const missing = Object.entries(options).flatMap(([code, one]) =>
    problems.some((some) => some.code === code) ? [one] : [],
  );
  const isLocal = problems.some(({ message }) => message.includes('--country'));
  const all = [...missing, ...(isLocal ? [COUNTRY] : [])];
  if (all.length === 0) return [];
  const said = all.map(({ option }) => option).join(' ');
  const tried = job.isDryRun ? ' --dry-run' : '';
  return [
    `Rows fail, since ${all.map(({ why }) => why).join(', and ')}:`,
    `  npm run admin -- imports drop ${shellWord(file)} --as ${job.kind}${tried} ${said}`,
  ];
};
