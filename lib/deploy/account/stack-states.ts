/** What a stack's status means for the next deployment. */
export type Standing =
  /** The deployment updates it. */
  | { readonly kind: 'updatable' }
  /** It does not exist, or has only a change set that never ran. The deployment creates it. */
  | { readonly kind: 'absent' }
  /** Its creation failed. CDK deletes the rest and creates it again. */
  | { readonly kind: 'failed' }
  /** The user has to act first. */
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
    // The update has succeeded, and CloudFormation removes what it replaced.
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      return { kind: 'updatable' };
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return { kind: 'failed' };
    case 'UPDATE_ROLLBACK_FAILED':
      return blocked(
        `${stack} could not roll back a failed update (${status}). Find the reason: aws cloudformation describe-stack-events --stack-name ${stack}${cli}. ` +
          `Fix it, run aws cloudformation continue-update-rollback --stack-name ${stack}${cli} (--resources-to-skip for resources that cannot be fixed), and deploy again.`,
      );
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
      return blocked(
        `${stack} failed without a rollback (${status}, after --no-rollback). Roll it back: aws cloudformation rollback-stack --stack-name ${stack}${cli}. Then deploy again.`,
      );
    case 'DELETE_FAILED':
      return blocked(
        `${stack} could not be deleted (${status}). Delete it again: aws cloudformation delete-stack --stack-name ${stack}${cli}. The console can skip resources that cannot be deleted. Then deploy again.`,
      );
    default:
      return blocked(
        status.endsWith('_IN_PROGRESS')
          ? `Another deployment is changing ${stack} (${status}). Wait until it ends: aws cloudformation describe-stacks --stack-name ${stack}${cli}`
          : `${stack} is ${status}. Look at it in the CloudFormation console, and deploy when it is complete.`,
      );
  }
};

const blocked = (advice: string): Standing => ({ kind: 'blocked', advice });
