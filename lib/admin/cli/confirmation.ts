import { confirm } from '../../terminal/confirm.ts';
import { Advice } from './advice.ts';

/** Asks before an irreversible action. It asks on standard error, since standard output is for answers. */
export const requireYes = async (question: string, yes: boolean): Promise<void> => {
  if (yes) return;
  const terminal = { input: process.stdin, output: process.stderr };
  const advice = 'Add --yes to confirm.';
  if (!terminal.input.isTTY)
    throw new Advice(`${question}\nThere is no terminal to answer on: nothing was done. ${advice}`);
  if (!(await confirm(question, terminal, advice))) throw new Advice('Nothing was done.');
};

export const YES = ['--yes', 'do not ask for confirmation'] as const;
