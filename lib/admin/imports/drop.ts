import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Mapping } from '../../../functions/domains/imports/columns/mapping.ts';
import { workbookReason } from '../../../functions/domains/imports/contents/foreign.ts';
import { textOf } from '../../../functions/domains/imports/csv/encoding.ts';
import { type Job, jobId, stateOf } from '../../../functions/domains/imports/jobs/job.ts';
import { jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { type Kind, kinds } from '../../../functions/domains/imports/kinds/names.ts';
import { belongsTo } from '../../../functions/domains/imports/mappings/beside.ts';
import { parseMapping } from '../../../functions/domains/imports/mappings/parse.ts';
import { mappingKey } from '../../../functions/domains/imports/names/keys.ts';
import { isMapping, suffixes, workbookSuffixes } from '../../../functions/domains/imports/names/suffixes.ts';
import { dryRunFolder } from '../../../functions/domains/imports/places/folders.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { contentOf, piecesOf } from '../cli/local-file.ts';
import type { Run } from '../deployment/command.ts';
import { addMappingOptions, type MappingOptions, withOptions } from './mapping-options.ts';
import { follow } from './watch.ts';

const NOTICED_WITHIN_MS = 60_000;

/** Puts a file where the importer takes it up, as dragging it into the bucket does, and follows what becomes of it. */
export const addDrop = (imports: Command, run: Run): void => {
  const drop = imports
    .command('drop <file>')
    .description('put a CSV file, with the mapping that lies beside it, into the imports bucket and follow its import')
    .addOption(new Option('--as <kind>', 'what its rows are').choices([...kinds]).makeOptionMandatory())
    .option('--dry-run', 'tell what it would change, and change nothing')
    .option('--account <id>', 'by default the only one there is');
  addMappingOptions(drop).action(
    run(async ({ account, id: file = '', as, dryRun = false, ...said }: Named, given) => {
      const { services, output } = given;
      const of = await accountOrOnly(account, services);
      const key = `${dryRun ? dryRunFolder : ''}${as}/${of}/${nameOf(file)}`;
      const pieces = piecesOf(file);
      const beside = mappingBeside(file, as);
      const mapping = mappingOf(withOptions(beside?.mapping, said), as);
      // First, so that the import finds it.
      if (mapping !== undefined) await services.imports().write(mappingKey(key), mapping, 'application/json');
      await services.imports().writeStream(key, pieces, 'text/csv');
      output.note(`Dropped as ${key}${beside ? `, with ${basename(beside.file)}` : ''}.`);
      const stray = mapping === undefined ? strayMappings(file) : [];
      if (stray.length > 0)
        output.note(
          `Not used, since it is called as no file here: ${stray.join(', ')}. The mapping of ${basename(file)} is ${basename(mappingKey(file))}.`,
        );
      const { id } = await noticed(of, key, services);
      await follow({ account: of, id, file }, given);
    }),
  );
};

interface Named extends MappingOptions {
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
  throw new Advice(`${name} is not taken up by the importer: the name has to end in ${suffixes.join(', ')}.`);
};

/** What lies beside the file here belongs beside it there. */
const mappingBeside = (file: string, kind: Kind): { readonly file: string; readonly mapping: Mapping } | undefined => {
  const names = readdirSync(dirname(file));
  const found = names.filter((name) => belongsTo(name, basename(file)));
  if (found.length > 1) throw new Advice(`Several mappings lie beside it: ${found.join(', ')}. Take all but one away.`);
  const [only] = found;
  if (only === undefined) return undefined;
  const beside = join(dirname(file), only);
  const mapping = parseMapping(textOf(contentOf(beside)), kind);
  if ('problem' in mapping) throw new Advice(`${beside} ${mapping.problem}`);
  return { file: beside, mapping };
};

/** Mappings in the folder of a file that belong to no file there: one of them may be misspelled. */
const strayMappings = (file: string): readonly string[] => {
  const names = readdirSync(dirname(file));
  const files = names.filter((name) => !isMapping(name));
  return names.filter((name) => isMapping(name) && !files.some((one) => belongsTo(name, one)));
};

/** As it is written beside the file, once it is known to be right. */
const mappingOf = (mapping: Mapping | undefined, kind: Kind): string | undefined => {
  if (mapping === undefined) return undefined;
  const text = JSON.stringify(mapping);
  const read = parseMapping(text, kind);
  if ('problem' in read) throw new Advice(`What is said of the file ${read.problem}`);
  return text;
};

/** The job that the importer makes of what lies there now. */
const noticed = async (account: string, key: string, services: Services): Promise<Job> => {
  const files = services.imports();
  const dropped = await files.head(key);
  if (!dropped) throw new Advice('The file is no longer in the bucket: somebody has taken it away.');
  const id = jobId(files.bucket, key, stateOf(dropped));
  for (const end = Date.now() + NOTICED_WITHIN_MS; Date.now() < end; await sleep(500)) {
    const job = await services.table.get(jobs, { account, id });
    if (job) return job;
  }
  throw new Advice(
    'The file lies in the bucket, and no import has begun. Look at the queue of the imports domain and its dead letters.',
  );
};
