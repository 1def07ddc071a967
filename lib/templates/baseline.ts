import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { fileContext } from '../deploy/cdk.ts';
import { readTemplate, type Template } from '../deploy/templates/template-changes.ts';
import { childEnvironment, repository } from '../process/environment.ts';
import { run } from '../process/run.ts';

const folder = join(repository, 'test', 'baseline');
const SUFFIX = '.template.json';

/** Settings of the baseline. They create all resources that hold data. */
export const baselineSettings = {
  eventRetentionDays: '395',
  archiveRetentionDays: '400',
  s3Addressing: 'path',
  workerTimeoutSeconds: '10',
  mailFrom: 'shop@example.com',
  alarmEmail: 'ops@example.com',
  sftp: 'true',
};

/** The templates of the last release by stack, which the next release updates. */
export const readBaseline = (): ReadonlyMap<string, Template> =>
  new Map(
    readdirSync(folder).map((file) => {
      const template = readTemplate(gunzipSync(readFileSync(join(folder, file))).toString());
      if (!template) throw new Error(`${file} is not a template. Write the baseline again: npm run baseline`);
      return [file.slice(0, file.indexOf('.')), template];
    }),
  );

/** Writes the templates of a checkout as the baseline of the next version. */
export const writeBaseline = async (checkout = repository): Promise<string[]> => {
  const output = mkdtempSync(join(tmpdir(), 'tributary-baseline-'));
  try {
    const context = { ...fileContext(), ...baselineSettings, 'aws:cdk:bundling-stacks': [] };
    const env = childEnvironment({ CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) });
    await run({ command: process.execPath, args: [join(checkout, 'bin', 'app.ts')], env, cwd: checkout });
    const files = readdirSync(output).filter((file) => file.endsWith(SUFFIX));
    mkdirSync(folder, { recursive: true });
    for (const file of files)
      writeFileSync(join(folder, `${file}.gz`), compact(readFileSync(join(output, file), 'utf8')));
    return files.map((file) => file.slice(0, -SUFFIX.length));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
};

/** Compresses a template without its metadata, which only names the source of each resource. */
const compact = (text: string): Buffer => {
  const { Resources, ...rest } = v.parse(
    v.looseObject({ Resources: v.record(v.string(), v.looseObject({})) }),
    JSON.parse(text),
  );
  const bare = Object.entries(Resources).map(([id, { Metadata: _, ...resource }]) => [id, resource]);
  return gzipSync(JSON.stringify({ ...rest, Resources: Object.fromEntries(bare) }), { level: 9 });
};
