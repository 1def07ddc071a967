import * as v from 'valibot';
import { ApiError } from '../../../functions/platform/errors.ts';
import { isNetworkError, isTimeoutError } from '../../../functions/platform/transient.ts';
import { problemWithPath } from '../../../functions/platform/validation/problem-text.ts';

/** An error whose message says what to do next. */
export class Advice extends Error {
  override readonly name = 'Advice';
}

/** Describes an error for the user of a command, without a stack trace. */
export const describeError = (error: unknown): string => {
  if (error instanceof ApiError) return error.problems.map(({ detail }) => detail).join('\n');
  if (!(error instanceof Error)) return String(error);
  if (v.isValiError(error)) return error.issues.map((issue) => problemWithPath(issue)).join('\n');
  const { name, message } = error;
  if (error instanceof Advice) return message;
  if (
    name === 'CredentialsProviderError' ||
    /security token|ExpiredToken|InvalidClientTokenId/i.test(`${name} ${message}`)
  )
    return `AWS did not accept your credentials (${message}). Set AWS_PROFILE, or sign in with \`aws sso login\`. For the local cloud, add --local.`;
  if (/region is missing/i.test(message)) return 'The region is missing. Add --region eu-central-1, or set AWS_REGION.';
  if (name === 'ValidationError' && /does not exist/i.test(message))
    return `${message}. Deploy it with \`npm run deploy\`, or name the deployment and its region: --stack Tributary --region eu-central-1.`;
  if (/AccessDenied|UnauthorizedOperation/.test(name)) return `You lack a permission: ${message}`;
  if (name === 'ResourceNotFoundException')
    return 'The table does not exist. Start the local cloud again with `npm start`, or check the stack on AWS.';
  if (isUnreachable(error))
    return 'The deployment does not answer. Start the local cloud with `npm start`, or check your network.';
  return `${name}: ${message}`;
};

/** Whether a request got no answer, as in a network outage. */
export const isUnreachable = (error: unknown): boolean => isNetworkError(error) || isTimeoutError(error);
