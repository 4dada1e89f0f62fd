/** Waits between tries: doubling from the first to the longest, and spread so that not everybody comes back in the same moment. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/**
 * How long to wait before a try.
 * @param attempt 0 for the first try after a loss.
 * @param random From 0 to 1; half of the wait is spread by it.
 */
export function backoffMs({ firstMs, longestMs }: Backoff, attempt: number, random: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}
