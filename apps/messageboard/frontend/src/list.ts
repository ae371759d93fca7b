/** Each entry once and the newest first, in whatever order the answers came. */
export function joined<T extends { id: number }>(known: T[] | null, more: T[]): T[] {
  const byId = new Map([...(known ?? []), ...more].map((one) => [one.id, one]));
  return [...byId.values()].sort((one, other) => other.id - one.id);
}
