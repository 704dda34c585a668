/** How many tokens there are at most, and what a success earns. */
export interface RetryThrottling {
  readonly maxTokens: number;
  readonly tokenRatio: number;
}

/**
 * gRPC's token count for retries and hedges: each failure takes one, each success adds the ratio, and nothing is sent
 * again while half or less are left. Source: grpc/proposal A6-client-retries.md, "Throttling Retry Attempts and Hedged
 * RPCs".
 */
export class RetryThrottle {
  tokens: number;
  private readonly maxTokens: number;
  private readonly tokenRatio: number;

  constructor({ maxTokens, tokenRatio }: RetryThrottling) {
    this.tokens = maxTokens;
    this.maxTokens = maxTokens;
    this.tokenRatio = tokenRatio;
  }

  get allows(): boolean {
    return this.tokens > this.maxTokens / 2;
  }

  succeed(): void {
    this.tokens = Math.min(this.maxTokens, this.tokens + this.tokenRatio);
  }

  fail(): void {
    this.tokens = Math.max(0, this.tokens - 1);
  }
}
