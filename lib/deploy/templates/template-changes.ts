import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import * as v from 'valibot';

const Index = v.object({ IndexName: v.string(), KeySchema: v.unknown(), Projection: v.unknown() });
const Template = v.looseObject({
  Resources: v.record(
    v.string(),
    v.looseObject({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown())) }),
  ),
});
export type Template = v.InferOutput<typeof Template>;

/** Parses a template. Returns undefined for other texts. */
export const readTemplate = (text: string): Template | undefined => {
  try {
    return v.parse(Template, JSON.parse(text));
  } catch {
    return undefined;
  }
};

export type Fate = 'replaced' | 'perhaps replaced' | 'removed' | 'left behind';

export interface Loss {
  readonly id: string;
  readonly type: string;
  readonly fate: Fate;
}

const TABLE = 'AWS::DynamoDB::GlobalTable';
/** Whether replacing a resource of this type loses data. */
export const holdsData = (type: string): boolean => type === TABLE || type === 'AWS::S3::Bucket';
/** Whether replacing a resource of this type loses messages or users. */
export const holdsMessagesOrUsers = (type: string): boolean =>
  type === 'AWS::SQS::Queue' || type === 'AWS::Transfer::Server';

const fates: Readonly<Partial<Record<ResourceImpact, Fate>>> = {
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'perhaps replaced',
  [ResourceImpact.WILL_DESTROY]: 'removed',
  [ResourceImpact.WILL_ORPHAN]: 'left behind',
};

/** Resources that would not survive a deployment of `next` over `deployed`. */
export const losses = (deployed: Template, next: Template): Loss[] => {
  const all: Loss[] = [];
  fullDiff(structuredClone(deployed), structuredClone(next)).resources.forEachDifference((id, change) => {
    const fate = fates[change.changeImpact];
    if (fate !== undefined) all.push({ id, type: typeOf(deployed, id), fate });
  });
  return all;
};

/** Reports several changes of indexes in one deployment: DynamoDB creates or removes one index at a time. */
export const indexProblems = (deployed: Template, next: Template): string[] =>
  Object.entries(deployed.Resources).flatMap(([id, before]) => {
    const after = next.Resources[id];
    if (before.Type !== TABLE || after?.Type !== TABLE) return [];
    const steps = indexSteps(indexesOf(before.Properties), indexesOf(after.Properties));
    if (steps.length < 2) return [];
    return [
      `${id}: ${steps.join(', ')}. DynamoDB makes one of these changes a deployment: split them into ${steps.length} releases.`,
    ];
  });

const indexesOf = (properties: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string> => {
  const { GlobalSecondaryIndexes = [] } = v.parse(
    v.object({ GlobalSecondaryIndexes: v.optional(v.array(Index)) }),
    properties ?? {},
  );
  return new Map(
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      JSON.stringify([KeySchema, Projection]),
    ]),
  );
};

/** The steps from one set of indexes to another. A changed index is removed and created again. */
const indexSteps = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] => [
  ...[...before].filter(([name, shape]) => after.get(name) !== shape).map(([name]) => `index ${name} is removed`),
  ...[...after].filter(([name, shape]) => before.get(name) !== shape).map(([name]) => `index ${name} is created`),
];

const typeOf = ({ Resources }: Template, id: string): string => Resources[id]?.Type ?? 'unknown';
