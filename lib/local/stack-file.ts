import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { localFolder } from './environment.ts';

/** What was deployed, for any client or test that wants to find it. */
const LocalStack = v.object({
  apiUrl: v.string(),
  companyId: v.string(),
  apiKey: v.string(),
  importsBucket: v.string(),
  tableName: v.string(),
  awsEndpoint: v.string(),
  region: v.string(),
});
export type LocalStack = Readonly<v.InferOutput<typeof LocalStack>>;

/** Which process runs it, for `npm run stop`. */
const Running = v.object({ pid: v.number() });

export const stackFile = join(localFolder, 'stack.json');
const runningFile = join(localFolder, 'running.json');

export const writeStack = (stack: LocalStack): void => write(stackFile, stack);
export const readStack = (): LocalStack | undefined => read(stackFile, LocalStack);
export const forgetStack = (): void => rmSync(stackFile, { force: true });

export const writeRunning = (pid: number): void => write(runningFile, { pid });
export const forgetRunning = (): void => rmSync(runningFile, { force: true });

/** The process that runs the local cloud of this checkout, if there is one. */
export const runningPid = (): number | undefined => {
  const pid = read(runningFile, Running)?.pid;
  return pid !== undefined && isAlive(pid) ? pid : undefined;
};

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const write = (file: string, content: unknown): void => {
  mkdirSync(localFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
};

const read = <Schema extends v.GenericSchema>(file: string, schema: Schema): v.InferOutput<Schema> | undefined => {
  if (!existsSync(file)) return undefined;
  const { success, output } = v.safeParse(schema, JSON.parse(readFileSync(file, 'utf8')));
  return success ? output : undefined;
};
