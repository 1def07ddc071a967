import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface BudgetProps {
  /** In US dollars. */
  readonly monthly: number;
  readonly email: string;
  /** The value of the tag `deployment`. */
  readonly deployment: string;
}

/**
 * Mails when the costs of a month approach the budget. It counts resources with the tag `deployment`, once that is
 * activated as a cost allocation tag.
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { monthly, email, deployment }: BudgetProps) {
    super(scope, id);
    const mail = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthly, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:deployment$${deployment}`] },
      },
      notificationsWithSubscribers: [mail('ACTUAL', 80), mail('FORECASTED', 100)],
    });
  }
}
