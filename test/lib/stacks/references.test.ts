import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { sized } from '../../support/size.ts';
import { type Resource, synthesize } from '../../support/templates.ts';

type Context = Readonly<Record<string, string>>;

const exportsOf = (context: Context, left?: readonly string[]): Set<string> => {
  const { templates } = synthesize(context, left);
  return new Set(
    templates.flatMap(({ json }) =>
      Object.values(json.Outputs ?? {}).flatMap((output) => namesIn(output, /"Export":\{"Name":"([^"]+)"/g)),
    ),
  );
};
const importsOf = (context: Context): Set<string> =>
  new Set(synthesize(context).templates.flatMap(({ json }) => namesIn(json, /"Fn::ImportValue":"([^"]+)"/g)));
const namesIn = (value: unknown, pattern: RegExp): string[] =>
  [...JSON.stringify(value).matchAll(pattern)].map(([, name = '']) => name);

const mail: Context = { mailFrom: 'news@shop.example' };
const sftp: Context = { sftp: 'true' };
const everything = { ...mail, ...sftp };
const all = allServices.map(({ name }) => name);
/** Services that go at once. What stays without several also stays without each of them; a failure names fewer. */
const AT_ONCE = sized({ full: 1, reduced: 7 });
const gone = Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) =>
  all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
);

const before = importsOf(everything);

// The data stack is deployed first, while the other one still has its old form: a removed export must not be in use.
test.each([
  { what: 'mail is turned off', after: sftp, left: all },
  { what: 'SFTP is turned off', after: mail, left: all },
  { what: 'both are turned off', after: {}, left: all },
  ...gone.map((names) => ({
    what: `there is no service ${names.join(', ')} any more`,
    after: everything,
    left: all.filter((name) => !names.includes(name)),
  })),
])('no stack uses what goes when $what', { timeout: 90_000 }, ({ after, left }) => {
  const inUse = before;
  expect(inUse.size).toBeGreaterThan(0);
  const kept = exportsOf(after, left);
  expect([...inUse].filter((name) => !kept.has(name))).toEqual([]);
});

test('the table and the buckets are referenced, so that no update replaces them unnoticed', () => {
  const { ofType } = synthesize();
  const held = [...ofType('AWS::DynamoDB::GlobalTable'), ...ofType('AWS::S3::Bucket')].map(({ id }: Resource) => id);
  const inUse = [...importsOf({})].join('\n');
  for (const id of held) expect(inUse).toContain(id);
});

test('each output that a stack reads exists', () => {
  const { templates } = synthesize(everything);
  for (const { json } of templates)
    for (const [, stack = '', output = ''] of JSON.stringify(json).matchAll(
      /"Fn::GetStackOutput":\{"StackName":"([^"]+)","Region":\{"Ref":"AWS::Region"\},"OutputName":"([^"]+)"/g,
    ))
      expect(templates.find(({ name }) => name === stack)?.json.Outputs).toHaveProperty(output);
});
