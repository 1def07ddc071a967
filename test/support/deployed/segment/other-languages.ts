import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, localFolder } from '../../../../lib/process/environment.ts';
import { run } from '../../../../lib/process/run.ts';

/** What a client is driven with, in the order of its arguments. */
export type Arguments = readonly [host: string, writeKey: string, user: string, email: string, numbers: string];

const folder = fileURLToPath(new URL('.', import.meta.url));
const env = () => ({ ...childEnvironment(), HOME: process.env.HOME ?? localFolder });
const timeoutMs = 300_000;

const starts = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

export const hasGo = starts('go', 'version');
export const hasJava = starts('mvn', '-version') && starts('java', '-version');
if (!hasGo) console.warn('\n  NOT RUN: the client of Segment for Go. Install Go 1.22 or newer.\n');
if (!hasJava) console.warn('\n  NOT RUN: the client of Segment for Java. Install Java 17 and Maven.\n');

export const driveGo = async (args: Arguments): Promise<void> => {
  await run({ command: 'go', args: ['run', '-C', join(folder, 'go'), '.', ...args], env: env(), timeoutMs });
};

export const driveJava = async (args: Arguments): Promise<void> => {
  const libraries = join(localFolder, 'segment-java');
  const copy = ['-q', '-B', '-f', join(folder, 'java/pom.xml'), 'dependency:copy-dependencies'];
  await run({ command: 'mvn', args: [...copy, `-DoutputDirectory=${libraries}`], env: env(), timeoutMs });
  const classPath = join(libraries, '*');
  await run({
    command: 'java',
    args: ['-cp', classPath, join(folder, 'java/Client.java'), ...args],
    env: env(),
    timeoutMs,
  });
};
