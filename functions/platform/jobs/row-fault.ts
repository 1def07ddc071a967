import { ApiError } from '../errors.ts';
import { errorFields } from '../log.ts';
import type { Services } from '../resources/services.ts';

const MISTAKES = new Set([
  'RangeError',
  'TypeError',
  'SyntaxError',
  'ReferenceError',
  'URIError',
  'ULIDError',
  'ValiError',
  // What DynamoDB can't store.
  'ValidationException',
  'SerializationException',
]);

/**
 * Whether an error comes of what a row holds and of a mistake of ours, so that it comes again however often the row is
 * tried. What networks and services do passes, and has a code or a status.
 */
export const isRowFault = (error: unknown): boolean => {
  if (!(error instanceof Error) || error instanceof ApiError) return false;
  return MISTAKES.has(error.name) && !('code' in error) && error.cause === undefined;
};

/** More of them among the rows of one window are no fault of the rows. */
export const MAX_FAULTS = 20;

/** The message for the owner of a row that fails by our fault, with an id that the logs hold beside the error. */
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
  `Something went wrong on our side with this row alone (error ${id}). It is kept with the failed rows: bring it again, and if it fails again tell that id to whoever runs this deployment.`;
