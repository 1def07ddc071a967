import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { accessJobView } from '../../../functions/api/klaviyo/privacy/access-view.ts';
import type { AccessJob } from '../../../functions/domains/privacy/access/job.ts';
import { accessJob } from '../../../functions/domains/privacy/access/run.ts';
import { linkToFile, startAccess } from '../../../functions/domains/privacy/access/start.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { contentAt, ownersFile } from '../cli/download.ts';
import type { Output } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { addErasure } from './erasure.ts';
import { findSubject } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface Asked {
  readonly account?: string;
  readonly id?: string;
  readonly as?: SubjectKind;
  readonly out?: string;
}

export const addPrivacy = (program: Command, run: Run): void => {
  const privacy = program.command('privacy').description('what people may ask of whoever holds data on them');
  addErasure(privacy, run);

  privacy
    .command('access <person>')
    .description('write everything that is held on a person into a ZIP')
    .addOption(asOption())
    .option('--out <file>', 'by default personal-data-<job>.zip')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id: person = '', as, out }: Asked, { output, target: { privacy: services } }) => {
        const context = { ...services, account: await accountOrOnly(account, services) };
        const { subject } = await findSubject(person, as, context);
        const { id } = await startAccess(subject, context);
        const job = await finished({ id, account: context.account }, context, output);
        const file = out ?? `personal-data-${id}.zip`;
        await download(job, file, context);
        const { bytes, gathered } = job;
        if (output.isJson) output.line(JSON.stringify({ job: id, file, bytes, records: gathered.records }));
        else output.line(`Wrote ${file}, ${bytes} bytes.`);
        output.note('It is personal data: hand it to nobody else, and delete it when it has been handed over.');
      }),
    );
};

const POLL_MS = 1_000;

/** Shows the job as it goes on, until it is over. */
const finished = async (
  { id, account }: Pick<AccessJob, 'id' | 'account'>,
  services: Services,
  output: Output,
): Promise<AccessJob> => {
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const job = await accessJob.find({ account, id }, services);
    const { attributes } = await accessJobView(job, {}, { origin: '' });
    const line = output.isJson ? JSON.stringify(attributes) : lineOf(job);
    if (line !== shown) output.progress(attributes, line);
    shown = line;
    if (job.status === 'queued' || job.status === 'processing') continue;
    output.endProgress();
    if (job.status === 'complete') return job;
    if (job.status === 'failed')
      throw new Advice(`${job.error ?? 'It failed.'} Retry it: npm run admin -- jobs retry ${id} --as access`);
    throw new Advice('The person was erased meanwhile: nothing is handed out.');
  }
};

const lineOf = ({ status, gathered: { section, isWhole, records } }: AccessJob): string => {
  const found = Object.values(records).reduce((sum, count) => sum + count, 0);
  return `${status}: ${found} records${isWhole || section === undefined ? '' : `, reading ${section}`}`;
};

/** By a link like anybody's, so that it is noted; the file is for its owner's eyes alone. */
const download = async (job: AccessJob, file: string, services: Services): Promise<void> => {
  const { link } = await linkToFile(job, services);
  if (!link) throw new Advice('The file is kept no longer. Ask for it again.');
  await pipeline(await contentAt(link.url), ownersFile(file));
};
