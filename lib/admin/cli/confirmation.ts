import { confirm } from '../../terminal/confirm.ts';
import { Advice } from './advice.ts';

/** Asks before what can't be taken back. On standard error: answers alone go to standard output. */
export const requireYes = async (question: string, yes: boolean): Promise<void> => {
  if (yes) return;
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY) throw new Advice(`${question}\nNobody can answer here: nothing was done. Add --yes to do it.`);
  if (!(await confirm(question, { input, output }))) throw new Advice('Nothing was done.');
};

export const YES = ['--yes', 'do not ask'] as const;
