/**
 * US dollars in us-east-1, November 2026. Sources: AWS's price list by way of infracost's golden files (API Gateway,
 * Lambda, DynamoDB, S3, SQS, CloudWatch) and the announcement of November 2024 (DynamoDB on demand). No free tier.
 */
export const prices = {
  httpApiRequest: 1e-6,
  /** Billed in steps of this size. */
  httpApiStepBytes: 512 * 1024,
  lambdaRequest: 0.2e-6,
  /** arm64 */
  lambdaGbSecond: 0.0000133334,
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  tableGbMonth: 0.25,
  backupGbMonth: 0.2,
  sqsRequest: 0.4e-6,
  sqsFifoRequest: 0.5e-6,
  /** Billed in steps of this size. */
  sqsStepBytes: 64 * 1024,
  s3GbMonth: 0.023,
  s3Put: 5e-6,
  /** Standard-IA, and the transition of an object to it. */
  s3IaGbMonth: 0.0125,
  s3IaTransition: 10e-6,
  dataOutGb: 0.09,
  logGb: 0.5,
  alarmMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  metricMonth: 0.3,
  keyMonth: 1,
  sftpHour: 0.3,
  schedule: 1e-6,
  /** Paid once, for each unit per second of additional capacity of a table or an index. */
  warmWriteUnit: 0.00065,
} as const;
