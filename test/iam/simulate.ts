import { runSimulation, type SimulationIdentityPolicy } from '@cloud-copilot/iam-simulate';
import type { IamRequest } from './map/request.ts';

const ACCOUNT = '000000000000';

export interface Question extends IamRequest {
  /** An ARN, or the name of a service. */
  readonly principal: string;
  readonly identityPolicies: readonly SimulationIdentityPolicy[];
  readonly resourcePolicy?: unknown;
}

export interface Verdict {
  readonly isAllowed: boolean;
  readonly result: string;
  /** The statements of the principal's policies that allowed it. */
  readonly allowedBy: readonly string[];
}

/** The decision of IAM. Throws for an invalid request, such as an action on a resource of another kind. */
export const simulate = async ({
  principal,
  identityPolicies,
  resourcePolicy,
  ...request
}: Question): Promise<Verdict> => {
  const result = await runSimulation(
    {
      request: {
        principal,
        action: request.action,
        resource: { resource: request.resource, accountId: ACCOUNT },
        contextVariables: { 'aws:PrincipalAccount': ACCOUNT, ...request.context },
      },
      identityPolicies: [...identityPolicies],
      ...(resourcePolicy !== undefined && { resourcePolicy }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode: 'Strict' },
  );
  if (result.resultType !== 'single')
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(result)}`);
  const { analysis } = result.result;
  const sids = analysis.identityAnalysis?.allowStatements.map(({ statement }) => statement.sid() ?? '') ?? [];
  return { isAllowed: result.overallResult === 'Allowed', result: result.overallResult, allowedBy: sids };
};
