import { ApiError } from '../errors.ts';
import { errorFields } from '../log.ts';
import type { Services } from '../resources/services.ts';

const PROGRAMMING_ERRORS = new Set([
  'RangeError',
  'TypeError',
  'SyntaxError',
  'ReferenceError',
  'URIError',
  'ULIDError',
  'ValiError',
  // DynamoDB can't store the value.
  'ValidationException',
  'SerializationException',
]);

/**
 * Whether an error comes from the content of a row and a bug of ours, so that every retry fails too. Errors of networks
 * and services are transient, and have a code or a status.
 */
export const isRowFault = (error: unknown): boolean => {
  if (!(error instanceof Error) || error instanceof ApiError) return false;
  return PROGRAMMING_ERRORS.has(error.name) && !('code' in error) && error.cause === undefined;
};

/** With more faults in one window, the rows are not the cause. */
export const MAX_FAULTS = 20;

/** The error for a row that fails because of a bug of ours. Its id is logged with the cause. */
export const faultOf = (
  error: unknown,
  where: Readonly<Record<string, unknown>>,
  { newId, log }: Pick<Services, 'newId' | 'log'>,
): { readonly code: 'internal_error'; readonly message: string } => {
  const id = newId();
  log.error('row failed by a mistake of ours', { ...where, errorId: id, ...errorFields(error) });
  return { code: 'internal_error', message: faultText(id) };
};

const faultText = (id: string): string =>
  `This row failed because of a bug (error ${id}). Import the failed rows again. If it fails again, report this id to the operator of this deployment.`;
