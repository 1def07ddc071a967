import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { localFolder } from '../../lib/process/environment.ts';
import type { IamRequest } from './map/request.ts';

const Call = v.object({
  /** `events-http`. */
  function: v.string(),
  service: v.string(),
  operation: v.string(),
  requests: v.array(
    v.object({
      action: v.string(),
      resource: v.string(),
      context: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
      role: v.optional(v.string()),
    }),
  ),
  /** Why its IAM checks are unknown. */
  problem: v.optional(v.string()),
});

export interface Call extends Omit<v.InferOutput<typeof Call>, 'requests' | 'problem'> {
  readonly requests: readonly IamRequest[];
  readonly problem?: string | undefined;
}

const folder = join(localFolder, 'iam');
/** The recorded calls, the deployed stacks, and the run, by the name of the project whose tests called. */
const callsFile = (project: string): string => join(folder, `${project}.calls.jsonl`);
const runFile = (project: string): string => join(folder, `${project}.run`);
export const deploymentFile = (project: string): string => join(folder, `${project}.deployment.json`);

/** `events-http`, of the description `events: http` that each function has. */
export const nameOf = ({ Description = '' }: { readonly Description?: string | undefined }): string =>
  Description.replace(': ', '-');

/** Writes each call once. The records of an earlier run are removed. */
export const openRecording = (project: string): { write(call: Call): void } => {
  const file = callsFile(project);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, '');
  writeFileSync(runFile(project), `${process.pid}`);
  const seen = new Set<string>();
  return {
    write(call) {
      const line = JSON.stringify(call);
      if (seen.has(line)) return;
      seen.add(line);
      appendFileSync(file, `${line}\n`);
    },
  };
};

const projectFile = join(folder, 'project');

/** From here on calls are recorded for the tests of this project. */
export const recordUnder = (project: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(projectFile, project);
};

/** The project whose tests run now. */
export const recordedProject = (): string => readFileSync(projectFile, 'utf8');

/** True if this very run of the tests recorded it. */
export const wasRecordedBy = (project: string, run: number): boolean =>
  existsSync(runFile(project)) && readFileSync(runFile(project), 'utf8') === `${run}`;

export const readCalls = (project: string): Call[] => {
  const file = callsFile(project);
  if (!existsSync(file)) throw new Error(`Nothing is recorded: run the tests of the project ${project} first.`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(Call, JSON.parse(line)));
};
