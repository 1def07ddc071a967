import { createInterface } from 'node:readline/promises';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks a question and returns the answer. Without a terminal it throws an error that ends with `advice`. */
export const ask = async (question: string, { input, output }: Terminal, advice: string): Promise<string> => {
  if (!input.isTTY) throw new Error(`${question.trim()} There is no terminal to answer on. ${advice}`);
  const lines = createInterface({ input, output });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
};

/** Asks a question and returns whether the answer is yes. */
export const confirm = async (question: string, terminal: Terminal, advice: string): Promise<boolean> =>
  /^y(es)?$/i.test(await ask(`${question} [y/N] `, terminal, advice));
