import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { accessJobView } from '../../../functions/api/klaviyo/privacy/access-view.ts';
import type { AccessJob } from '../../../functions/domains/privacy/access/job.ts';
import { accessJob } from '../../../functions/domains/privacy/access/run.ts';
import { linkToFile, startAccess } from '../../../functions/domains/privacy/access/start.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { createPrivateFile, download } from '../cli/download.ts';
import type { Output } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { addErasure } from './erasure.ts';
import { findSubject } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface AccessOptions {
  readonly account?: string;
  readonly id?: string;
  readonly as?: SubjectKind;
  readonly out?: string;
}

export const addPrivacy = (program: Command, run: Run): void => {
  const privacy = program.command('privacy').description('answer access and erasure requests');
  addErasure(privacy, run);

  privacy
    .command('access <person>')
    .description('write all data on a person to a ZIP file')
    .addOption(asOption())
    .option('--out <file>', 'default: personal-data-<job>.zip')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id: person = '', as, out }: AccessOptions, { output, target: { privacy: services } }) => {
        const context = await inAccount(account, services);
        const { subject } = await findSubject(person, as, context);
        const { id } = await startAccess(subject, context);
        const job = await watchAccess({ id, account: context.account }, context, output);
        const file = out ?? `personal-data-${id}.zip`;
        await downloadTo(file, job, context);
        const { bytes, gathered } = job;
        if (output.isJson) output.line(JSON.stringify({ job: id, file, bytes, records: gathered.records }));
        else output.line(`Wrote ${file}, ${bytes} bytes.`);
        output.note('The file is personal data. Give it to nobody else, and delete it after you have handed it over.');
      }),
    );
};

const POLL_MS = 1_000;

/** Shows the progress of the job until it ends. */
const watchAccess = async (
  { id, account }: Pick<AccessJob, 'id' | 'account'>,
  services: Services,
  output: Output,
): Promise<AccessJob> => {
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const job = await accessJob.get({ account, id }, services);
    const { attributes } = await accessJobView(job, {}, { origin: '' });
    const line = output.isJson ? JSON.stringify(attributes) : progressLine(job);
    if (line !== shown) output.progress(attributes, line);
    shown = line;
    if (job.status === 'queued' || job.status === 'processing') continue;
    output.endProgress();
    if (job.status === 'complete') return job;
    if (job.status === 'failed')
      throw new Advice(`${job.error ?? 'It failed.'} Retry it: npm run admin -- jobs retry ${id} --as access`);
    throw new Advice('The person was erased meanwhile, so there is no file.');
  }
};

const progressLine = ({ status, gathered: { section, isWhole, records } }: AccessJob): string => {
  const count = Object.values(records).reduce((sum, n) => sum + n, 0);
  return `${status}: ${count} records${isWhole || section === undefined ? '' : `, reading ${section}`}`;
};

/** Downloads the file by a link, as the API does, so that the access is recorded. */
const downloadTo = async (file: string, job: AccessJob, services: Services): Promise<void> => {
  const { link } = await linkToFile(job, services);
  if (!link) throw new Advice('The file has expired. Run the command again.');
  await pipeline(await download(link.url), createPrivateFile(file));
};
