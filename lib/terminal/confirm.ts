import { createInterface } from 'node:readline/promises';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Whether the answer is yes. Where nobody can answer, it says how to go on. */
export const confirm = async (question: string, { input, output }: Terminal): Promise<boolean> => {
  if (!input.isTTY) throw new Error(`${question} Nobody can answer here. Add --yes to deploy, or --dry-run to look.`);
  const lines = createInterface({ input, output });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
};
