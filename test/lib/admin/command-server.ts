import { runAdmin } from '../../../lib/admin/program.ts';

/** One command that this process runs. */
export interface Command {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export type Reply = { readonly kind: 'printed' } | ({ readonly kind: 'ended' } & Ended);

/** What a command prints until it ends. After that it may unwind, which a process would not. */
const capture = (stream: NodeJS.WriteStream, onText: () => void) => {
  let text = '';
  let isOpen = true;
  const write = (chunk: string | Uint8Array): boolean => {
    if (isOpen) {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      onText();
    }
    return true;
  };
  Object.assign(stream, { write });
  return {
    text: () => text,
    close: () => {
      isOpen = false;
    },
  };
};

const run = async ({ args, env }: Command, onPrinted: () => void): Promise<Ended> => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.exitCode = undefined;
  let exited: number | undefined;
  const out = capture(process.stdout, onPrinted);
  const err = capture(process.stderr, () => {});
  process.exit = (code) => {
    exited ??= Number(code ?? process.exitCode ?? 0);
    out.close();
    err.close();
    throw new Error('The command exits.');
  };
  await runAdmin(args);
  return { code: exited ?? Number(process.exitCode ?? 0), out: out.text(), err: err.text() };
};

const reply = (said: Reply) => process.send?.(said);

process.on('message', async (command: Command) => {
  let hasPrinted = false;
  const ended = await run(command, () => {
    if (!hasPrinted) reply({ kind: 'printed' });
    hasPrinted = true;
  });
  reply({ kind: 'ended', ...ended });
});
