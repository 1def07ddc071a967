import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from './environment.ts';

const file = join(localFolder, 'running.pid');

export const noteRunning = (): void => {
  mkdirSync(localFolder, { recursive: true });
  writeFileSync(file, `${process.pid}\n`);
};
export const forgetRunning = (): void => rmSync(file, { force: true });

/** The process that runs the local cloud of this checkout, if there is one. */
export const runningPid = (): number | undefined => {
  const pid = read();
  return pid !== undefined && isAlive(pid) && isOurs(pid) ? pid : undefined;
};

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const read = (): number | undefined => {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return undefined;
  }
};

/** After a crash the number may belong to any other program by now, which must not be ended. */
const isOurs = (pid: number): boolean => commandOf(pid)?.includes('local.ts') ?? true;

const commandOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return listed(pid);
  }
};

const listed = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-p', `${pid}`, '-o', 'args='], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
};
