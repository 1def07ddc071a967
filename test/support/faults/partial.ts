import type { RawAnswer } from './faults.ts';

type Call = (body: Buffer) => Promise<RawAnswer>;

interface StatementError {
  readonly Code: string;
  readonly Message: string;
}

interface Keys {
  readonly Keys: readonly unknown[];
}

const half = {
  /** Reads the first keys, and hands the others back. */
  async BatchGetItem({ RequestItems, ...more }: { readonly RequestItems: Readonly<Record<string, Keys>> }, call: Call) {
    const [[table, all] = ['', { Keys: [] }]] = Object.entries(RequestItems);
    const [first, rest] = halves(all.Keys);
    const UnprocessedKeys = { [table]: { ...all, Keys: rest } };
    if (first.length === 0) return told({ Responses: {}, UnprocessedKeys });
    return merged(await call(json({ ...more, RequestItems: { [table]: { ...all, Keys: first } } })), {
      UnprocessedKeys,
    });
  },

  async BatchWriteItem(
    { RequestItems, ...more }: { readonly RequestItems: Readonly<Record<string, readonly unknown[]>> },
    call: Call,
  ) {
    const [[table, all] = ['', []]] = Object.entries(RequestItems);
    const [first, rest] = halves(all);
    const UnprocessedItems = { [table]: rest };
    if (first.length === 0) return told({ UnprocessedItems });
    return merged(await call(json({ ...more, RequestItems: { [table]: first } })), { UnprocessedItems });
  },

  /** Here each statement has an answer of its own. */
  async BatchExecuteStatement(
    { Statements, ...more }: { readonly Statements: readonly unknown[] },
    call: Call,
    why: StatementError = { Code: 'ThrottlingError', Message: 'Injected.' },
  ) {
    const [first, rest] = halves(Statements);
    const refused = rest.map(() => ({ Error: why }));
    if (first.length === 0) return told({ Responses: refused });
    const { status, body } = await call(json({ ...more, Statements: first }));
    const { Responses = [], ...answer } = JSON.parse(body.toString());
    return status === 200 ? told({ ...answer, Responses: [...Responses, ...refused] }) : { status, body };
  },
} as const;

export const isBatch = (operation: string): operation is keyof typeof half => operation in half;

/** Does the first half of a batch, and hands the other back as DynamoDB does when it is short of capacity. */
export const answerHalf = (
  operation: string,
  body: Buffer,
  call: Call,
  /** Why statements of the other half are not done. @default they are throttled */
  why?: StatementError,
): Promise<RawAnswer> => {
  if (!isBatch(operation)) throw new Error(`${operation} is no batch.`);
  return half[operation](JSON.parse(body.toString()), call, why);
};

const halves = <T>(all: readonly T[]): [T[], T[]] => {
  const middle = Math.floor(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
};

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const told = (value: object): RawAnswer => ({ status: 200, body: json(value) });
const merged = ({ status, body }: RawAnswer, more: object): RawAnswer =>
  status === 200 ? told({ ...JSON.parse(body.toString()), ...more }) : { status, body };
