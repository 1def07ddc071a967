import * as v from 'valibot';
import { ApiError } from '../../../functions/platform/errors.ts';
import { isNetworkError, isTimeoutError } from '../../../functions/platform/transient.ts';
import { problemWithPath } from '../../../functions/platform/validation/problem-text.ts';

/** A failure that tells what to do next. */
export class Advice extends Error {
  override readonly name = 'Advice';
}

/** One line for the user of the command; never a stack trace. */
export const advise = (error: unknown): string => {
  if (error instanceof ApiError) return error.problems.map(({ detail }) => detail).join('\n');
  if (!(error instanceof Error)) return String(error);
  if (v.isValiError(error)) return error.issues.map((issue) => problemWithPath(issue)).join('\n');
  const { name, message } = error;
  if (error instanceof Advice) return message;
  if (
    name === 'CredentialsProviderError' ||
    /security token|ExpiredToken|InvalidClientTokenId/i.test(`${name} ${message}`)
  )
    return `AWS does not know who you are (${message}). Set AWS_PROFILE, or sign in by \`aws sso login\`. For the local cloud add --local.`;
  if (/region is missing/i.test(message)) return 'Name the region: --region eu-central-1, or set AWS_REGION.';
  if (name === 'ValidationError' && /does not exist/i.test(message))
    return `${message}. Deploy by \`npm run deploy\`, or name the deployment and its region: --stack Tributary --region eu-central-1.`;
  if (/AccessDenied|UnauthorizedOperation/.test(name)) return `You may not do that: ${message}`;
  if (name === 'ResourceNotFoundException')
    return 'The table is not there. Start the local cloud again by `npm start`, or look at the stack.';
  if (isUnreachable(error))
    return 'Nothing answers there. Start the local cloud by `npm start`, or look at your network.';
  return `${name}: ${message}`;
};

/** Nothing came back, as when a network is away. */
export const isUnreachable = (error: unknown): boolean => isNetworkError(error) || isTimeoutError(error);
