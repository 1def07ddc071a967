/** What a stack's status means for a deployment over it. */
export type Standing =
  /** It stands: it is updated. */
  | { readonly kind: 'stands' }
  /** There is none, or a change set that never ran: it is made. */
  | { readonly kind: 'absent' }
  /** Its creation failed: CDK deletes what is left and makes it anew. */
  | { readonly kind: 'failed' }
  /** Somebody has to do something first. */
  | { readonly kind: 'blocked'; readonly advice: string };

export const standingOf = (stack: string, status: string | undefined, cli = ''): Standing => {
  switch (status) {
    case undefined:
    case 'REVIEW_IN_PROGRESS':
    case 'DELETE_COMPLETE':
      return { kind: 'absent' };
    case 'CREATE_COMPLETE':
    case 'UPDATE_COMPLETE':
    case 'UPDATE_ROLLBACK_COMPLETE':
    case 'IMPORT_COMPLETE':
    case 'IMPORT_ROLLBACK_COMPLETE':
    // CloudFormation cleans up after an update that has succeeded.
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      return { kind: 'stands' };
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return { kind: 'failed' };
    case 'UPDATE_ROLLBACK_FAILED':
      return blocked(
        `${stack} could not go back after a failed update (${status}). See why: aws cloudformation describe-stack-events --stack-name ${stack}${cli}. ` +
          `Mend that, then: aws cloudformation continue-update-rollback --stack-name ${stack}${cli} (--resources-to-skip names what can't be mended), and deploy again.`,
      );
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
      return blocked(
        `${stack} was left as it failed (${status}, after --no-rollback). Go back first: aws cloudformation rollback-stack --stack-name ${stack}${cli}, and deploy again.`,
      );
    case 'DELETE_FAILED':
      return blocked(
        `${stack} could not be deleted (${status}). Delete it again: aws cloudformation delete-stack --stack-name ${stack}${cli}; the console offers to leave out what can't be deleted. Then deploy again.`,
      );
    default:
      return blocked(
        status.endsWith('_IN_PROGRESS')
          ? `${stack} is being changed right now (${status}). Wait until that is over: aws cloudformation describe-stacks --stack-name ${stack}${cli}`
          : `${stack} is ${status}: see it in the console of CloudFormation, and deploy when it is complete.`,
      );
  }
};

const blocked = (advice: string): Standing => ({ kind: 'blocked', advice });
