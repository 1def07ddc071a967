import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { localFolder } from '../../process/environment.ts';

/** What clients and tests need to know of the running local cloud. */
const LocalStack = v.object({
  apiUrl: v.string(),
  companyId: v.string(),
  apiKey: v.string(),
  importsBucket: v.string(),
  tableName: v.string(),
  awsEndpoint: v.string(),
  region: v.string(),
  /** Present after `npm start -- --sftp`. */
  sftp: v.optional(v.object({ serverId: v.string(), userRole: v.string(), host: v.string(), port: v.number() })),
});
export type LocalStack = Readonly<v.InferOutput<typeof LocalStack>>;

export const stackFile = join(localFolder, 'stack.json');

export const writeStack = (stack: LocalStack, file = stackFile): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(stack, null, 2)}\n`);
};

export const readStack = (file = stackFile): LocalStack | undefined => {
  if (!existsSync(file)) return undefined;
  const { success, output } = v.safeParse(LocalStack, JSON.parse(readFileSync(file, 'utf8')));
  return success ? output : undefined;
};

export const removeStackFile = (): void => rmSync(stackFile, { force: true });
