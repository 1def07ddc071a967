import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Mapping } from '../../../functions/domains/imports/columns/mapping.ts';
import { workbookReason } from '../../../functions/domains/imports/contents/file-signatures.ts';
import { textOf } from '../../../functions/domains/imports/csv/encoding.ts';
import { type Job, jobId, stateOf } from '../../../functions/domains/imports/jobs/job.ts';
import { jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { type Kind, kinds } from '../../../functions/domains/imports/kinds/names.ts';
import { belongsTo } from '../../../functions/domains/imports/mappings/mapping-file.ts';
import { parseMapping } from '../../../functions/domains/imports/mappings/parse.ts';
import { mappingKey } from '../../../functions/domains/imports/names/keys.ts';
import { isMapping, suffixes, workbookSuffixes } from '../../../functions/domains/imports/names/suffixes.ts';
import { dryRunFolder } from '../../../functions/domains/imports/places/folders.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { readLocalFile, streamLocalFile } from '../cli/local-file.ts';
import type { Run } from '../deployment/command.ts';
import { addMappingOptions, type MappingOptions, withOptions } from './mapping-options.ts';
import { watchImport } from './watch.ts';

const JOB_WITHIN_MS = 60_000;

/** Uploads a file into the imports bucket, as a drop into the bucket does, and watches its import. */
export const addDrop = (imports: Command, run: Run): void => {
  const drop = imports
    .command('drop <file>')
    .description('upload a CSV file, with the mapping file beside it, to the imports bucket and watch its import')
    .addOption(new Option('--as <kind>', 'what its rows are').choices([...kinds]).makeOptionMandatory())
    .option('--dry-run', 'show what it would change, and change nothing')
    .option(...ACCOUNT);
  addMappingOptions(drop).action(
    run(async ({ account, id: file = '', as, dryRun = false, ...mappingOptions }: DropOptions, context) => {
      const { services, output } = context;
      const of = await accountOrOnly(account, services);
      const key = `${dryRun ? dryRunFolder : ''}${as}/${of}/${nameOf(file)}`;
      const chunks = streamLocalFile(file);
      const sidecar = sidecarMapping(file, as);
      const mapping = serializeMapping(withOptions(sidecar?.mapping, mappingOptions), as);
      // The import looks for the mapping when the file arrives, so upload it first.
      if (mapping !== undefined) await services.imports().write(mappingKey(key), mapping, 'application/json');
      await services.imports().writeStream(key, chunks, 'text/csv');
      output.note(`Uploaded as ${key}${sidecar ? `, with ${basename(sidecar.file)}` : ''}.`);
      const unused = mapping === undefined ? unusedMappings(file) : [];
      if (unused.length > 0)
        output.note(
          `Not used, because no file here has its name: ${unused.join(', ')}. Name the mapping of ${basename(file)} ${basename(mappingKey(file))}.`,
        );
      const { id } = await waitForJob(of, key, services);
      await watchImport({ account: of, id, file }, context);
    }),
  );
};

interface DropOptions extends MappingOptions {
  readonly account?: string;
  readonly id?: string;
  readonly as: Kind;
  readonly dryRun?: boolean;
}

const nameOf = (file: string): string => {
  const name = basename(file);
  if (suffixes.some((suffix) => name.toLowerCase().endsWith(suffix))) return name;
  if (workbookSuffixes.some((suffix) => name.toLowerCase().endsWith(suffix)))
    throw new Advice(workbookReason('a workbook'));
  throw new Advice(`${name} cannot be imported. Its name has to end in ${suffixes.join(', ')}.`);
};

/** The mapping file beside a local file, which is uploaded beside it. */
const sidecarMapping = (file: string, kind: Kind): { readonly file: string; readonly mapping: Mapping } | undefined => {
  const names = readdirSync(dirname(file));
  const matching = names.filter((name) => belongsTo(name, basename(file)));
  if (matching.length > 1)
    throw new Advice(`${file} has several mapping files: ${matching.join(', ')}. Remove all but one.`);
  const [name] = matching;
  if (name === undefined) return undefined;
  const sidecar = join(dirname(file), name);
  const mapping = parseMapping(textOf(readLocalFile(sidecar)), kind);
  if ('problem' in mapping) throw new Advice(`${sidecar} ${mapping.problem}`);
  return { file: sidecar, mapping };
};

/** Mapping files in the folder that match no file there. One of them may have a misspelled name. */
const unusedMappings = (file: string): readonly string[] => {
  const names = readdirSync(dirname(file));
  const files = names.filter((name) => !isMapping(name));
  return names.filter((name) => isMapping(name) && !files.some((one) => belongsTo(name, one)));
};

/** Validates a mapping and returns the JSON to upload. */
const serializeMapping = (mapping: Mapping | undefined, kind: Kind): string | undefined => {
  if (mapping === undefined) return undefined;
  const text = JSON.stringify(mapping);
  const result = parseMapping(text, kind);
  if ('problem' in result) throw new Advice(`The mapping of the options and the mapping file ${result.problem}`);
  return text;
};

/** Waits for the job that the importer creates for an uploaded file. */
const waitForJob = async (account: string, key: string, services: Services): Promise<Job> => {
  const files = services.imports();
  const uploaded = await files.head(key);
  if (!uploaded) throw new Advice('The file is no longer in the bucket. Somebody has removed it.');
  const id = jobId(files.bucket, key, stateOf(uploaded));
  for (const end = Date.now() + JOB_WITHIN_MS; Date.now() < end; await sleep(500)) {
    const job = await services.table.get(jobs, { account, id });
    if (job) return job;
  }
  throw new Advice(
    'The file is in the bucket, but no import has begun within a minute. Look at the queue of the imports service and at its dead-letter queue.',
  );
};
