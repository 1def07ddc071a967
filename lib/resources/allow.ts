import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export const allow = (props: { readonly actions: string[]; readonly resources: string[] }): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, ...props });
