/** "21 November 2026", in the reader's language; a day has no time zone. */
export function longDate(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
}
